package io.kybern.operators.scheduler.framework;

import io.kybern.operators.scheduler.pod.PodInfo;

/** Prepares what must be there before the pod is bound (a volume). Runs on the binding's thread and may block. */
public interface PreBindPlugin extends Plugin {
    /** @throws RuntimeException when the pod can't be bound now; it is tried again */
    void preBind(PodInfo pod, String node);
}
