package io.kybern.operators.scheduler.queue;

import io.kybern.operators.scheduler.pod.PodInfo;

/**
 * A pod taken from the queue to be scheduled.
 *
 * @param number the how manieth attempt, from 1
 */
public record Attempt(PodInfo pod, int number) {}
