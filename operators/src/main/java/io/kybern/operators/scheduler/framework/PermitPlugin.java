package io.kybern.operators.scheduler.framework;

import io.kybern.operators.scheduler.pod.PodInfo;
import java.util.Optional;

/** Has the last word before binding. Upstream also lets a plugin delay a pod here; this does not exist. */
public interface PermitPlugin extends Plugin {
    Optional<Rejection> permit(PodInfo pod, String node);
}
