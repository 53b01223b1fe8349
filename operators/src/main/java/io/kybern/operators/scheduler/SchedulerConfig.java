package io.kybern.operators.scheduler;

import io.kybern.operators.scheduler.plugin.DefaultProfile;
import io.kybern.operators.scheduler.queue.Backoff;
import java.time.InstantSource;
import java.util.random.RandomGenerator;

/**
 * How a scheduler behaves; {@link #defaults} is what kube-scheduler does without a configuration.
 *
 * @param schedulerName whose pods it schedules ({@code spec.schedulerName})
 * @param percentageOfNodesToScore how many of the nodes have to be found feasible before the search ends; 0 adapts to
 *     the size of the cluster
 * @param bindingsInFlight how many pods may be bound at once; at the limit the loop waits
 */
public record SchedulerConfig(
        String schedulerName,
        int percentageOfNodesToScore,
        Backoff backoff,
        int bindingsInFlight,
        InstantSource clock,
        RandomGenerator random) {
    public SchedulerConfig {
        if (percentageOfNodesToScore < 0 || percentageOfNodesToScore > 100) {
            throw new IllegalArgumentException("percentageOfNodesToScore must be between 0 and 100");
        }
        if (bindingsInFlight < 1) {
            throw new IllegalArgumentException("bindingsInFlight must be at least 1");
        }
    }

    public static SchedulerConfig defaults() {
        return new SchedulerConfig(
                DefaultProfile.SCHEDULER_NAME,
                0,
                Backoff.DEFAULT,
                256,
                InstantSource.system(),
                RandomGenerator.getDefault());
    }
}
