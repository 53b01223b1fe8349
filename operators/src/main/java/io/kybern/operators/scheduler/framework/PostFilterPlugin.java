package io.kybern.operators.scheduler.framework;

import io.kybern.operators.scheduler.node.Snapshot;
import io.kybern.operators.scheduler.pod.PodInfo;

/** Tries to make room when a pod fits nowhere. */
public interface PostFilterPlugin extends Plugin {
    /** @param filters those of the failed cycle; they may be asked about other states of the same nodes */
    PostFilterResult postFilter(PodInfo pod, Snapshot snapshot, Diagnosis diagnosis, PodFilters filters);
}
