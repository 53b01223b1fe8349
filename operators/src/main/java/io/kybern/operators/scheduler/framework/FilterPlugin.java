package io.kybern.operators.scheduler.framework;

import io.kybern.operators.scheduler.node.Snapshot;
import io.kybern.operators.scheduler.pod.PodInfo;

/** Says which nodes a pod can run on. */
public interface FilterPlugin extends Plugin {
    /** Looks at the pod once per cycle, before any node. */
    PreFilterResult preFilter(PodInfo pod, Snapshot snapshot);
}
