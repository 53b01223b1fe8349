package io.kybern.operators.scheduler.framework;

import io.kybern.operators.scheduler.pod.PodInfo;
import java.util.Optional;

/** Decides whether a pod may be tried at all. A pod that may not waits outside the queue until it is changed. */
public interface PreEnqueuePlugin extends Plugin {
    Optional<Rejection> preEnqueue(PodInfo pod);
}
