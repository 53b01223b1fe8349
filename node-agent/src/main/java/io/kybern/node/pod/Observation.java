package io.kybern.node.pod;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.kybern.node.pod.PodMemory.Health;
import io.kybern.node.runtime.ContainerState;
import io.kybern.node.runtime.PodState;
import java.time.Instant;
import java.util.Optional;

/**
 * Everything that a decision about a pod rests on, at one moment.
 *
 * @param gone the API server no longer has the pod
 * @param reported the status as last written, or as the API server had it at first
 */
public record Observation(Pod pod, boolean gone, PodState actual, PodMemory memory, PodStatus reported, Instant now) {

    /** The pod is to end for good. */
    boolean ending() {
        return gone || PodContainers.deleted(pod);
    }

    /** The pod has ended as its status says; it is never started again. */
    boolean ended() {
        String phase = reported.getPhase();
        return "Succeeded".equals(phase) || "Failed".equals(phase);
    }

    boolean pastDeadline() {
        Long seconds = pod.getSpec().getActiveDeadlineSeconds();
        String start = reported.getStartTime();
        return seconds != null
                && start != null
                && !now.isBefore(Instant.parse(start).plusSeconds(seconds));
    }

    Optional<ContainerState> latest(Container container) {
        return actual.latest(container.getName());
    }

    /** Runs and its startup probe, if it has one, passed. */
    boolean started(Container container) {
        return running(container)
                && (container.getStartupProbe() == null
                        || health(container).map(Health::started).orElse(false));
    }

    boolean ready(Container container) {
        return started(container)
                && (container.getReadinessProbe() == null
                        || health(container).map(Health::ready).orElse(false));
    }

    boolean running(Container container) {
        return latest(container).map(ContainerState::running).orElse(false);
    }

    Optional<Health> health(Container container) {
        Health health = memory.of(container.getName()).health();
        return latest(container)
                .filter(state -> state.id().equals(health.containerId()))
                .map(state -> health);
    }

    /** Every init container has ended well, or is a sidecar that started. */
    boolean initialized() {
        return PodContainers.init(pod).stream()
                .allMatch(container -> PodContainers.sidecar(container)
                        ? started(container) || mainBegun()
                        : latest(container).map(ContainerState::succeeded).orElse(false));
    }

    /** A main container was made: the init containers are behind us, whatever became of them since. */
    boolean mainBegun() {
        return PodContainers.main(pod).stream()
                .anyMatch(container -> latest(container).isPresent());
    }
}
