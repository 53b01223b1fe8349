package io.kybern.operators.scheduler.framework;

import io.kybern.operators.scheduler.pod.PodInfo;
import java.util.Optional;

/** Holds something for a pod from the moment its node is chosen. */
public interface ReservePlugin extends Plugin {
    Optional<Rejection> reserve(PodInfo pod, String node);

    /** Gives it back; called for every plugin when the pod does not get there, also for those that reserved nothing. */
    void unreserve(PodInfo pod, String node);
}
