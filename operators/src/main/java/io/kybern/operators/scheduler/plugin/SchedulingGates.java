package io.kybern.operators.scheduler.plugin;

import io.kybern.operators.scheduler.framework.PreEnqueuePlugin;
import io.kybern.operators.scheduler.framework.Rejection;
import io.kybern.operators.scheduler.pod.PodInfo;
import java.util.Optional;

/** Keeps a pod out of the queue while {@code spec.schedulingGates} holds a name (KEP-3521). */
public final class SchedulingGates implements PreEnqueuePlugin {
    @Override
    public String name() {
        return "SchedulingGates";
    }

    @Override
    public Optional<Rejection> preEnqueue(PodInfo pod) {
        return pod.gates().isEmpty()
                ? Optional.empty()
                : Optional.of(Rejection.unresolvable(
                        name(), "waiting for scheduling gates: [" + String.join(" ", pod.gates()) + "]"));
    }
}
