package io.kybern.operators.scheduler;

import io.kybern.operators.scheduler.framework.Diagnosis;

/** What {@link SchedulingAlgorithm} made of a pod. */
public sealed interface Decision {
    /** @param feasible how many nodes would have done, of those looked at */
    record Chosen(String node, int feasible) implements Decision {}

    /** @param message why not, for people */
    record Unschedulable(Diagnosis diagnosis, String message) implements Decision {}

    /** The cluster has no nodes at all. */
    record NoNodes() implements Decision {}
}
