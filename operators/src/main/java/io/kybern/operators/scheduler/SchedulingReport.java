package io.kybern.operators.scheduler;

import io.kybern.operators.scheduler.pod.PodInfo;

/** Tells a pod's owner what became of it. Any thread may call; neither method blocks nor fails. */
interface SchedulingReport {
    /** Why a pod has no node; the names are those of the condition's reason. */
    enum Reason {
        Unschedulable,
        SchedulerError
    }

    void scheduled(PodInfo pod, String node);

    void failed(PodInfo pod, Reason reason, String message);
}
