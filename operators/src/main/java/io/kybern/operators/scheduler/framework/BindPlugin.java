package io.kybern.operators.scheduler.framework;

import io.kybern.operators.scheduler.pod.PodInfo;

/** Tells the API server which node a pod has. Runs on the binding's thread and may block. */
public interface BindPlugin extends Plugin {
    /** @throws RuntimeException when the pod is not bound; it is tried again */
    void bind(PodInfo pod, String node);
}
