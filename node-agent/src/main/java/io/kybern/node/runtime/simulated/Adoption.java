package io.kybern.node.runtime.simulated;

import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodIP;
import io.kybern.node.runtime.ContainerState;
import io.kybern.node.runtime.ContainerState.Phase;
import io.kybern.node.runtime.PodState;
import io.kybern.node.runtime.SandboxState;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What an earlier simulation left behind, read back from a pod's status. */
public final class Adoption {
    private Adoption() {}

    /** The pod's state; empty when the status tells of no container. */
    public static Optional<PodState> of(Pod pod) {
        var status = pod.getStatus();
        if (status == null) {
            return Optional.empty();
        }
        List<ContainerState> containers = Stream.concat(
                        status.getInitContainerStatuses().stream(), status.getContainerStatuses().stream())
                .filter(container -> container.getContainerID() != null && container.getState() != null)
                .flatMap(container -> container(container).stream())
                .toList();
        if (containers.isEmpty()) {
            return Optional.empty();
        }
        List<String> addresses = status.getPodIPs().stream().map(PodIP::getIp).toList();
        boolean ended = "Succeeded".equals(status.getPhase()) || "Failed".equals(status.getPhase());
        return Optional.of(new PodState(
                Optional.of(new SandboxState("adopted-" + pod.getMetadata().getUid(), 0, !ended, addresses)),
                containers));
    }

    private static Optional<ContainerState> container(ContainerStatus status) {
        var running = status.getState().getRunning();
        var terminated = status.getState().getTerminated();
        if (running == null && terminated == null) {
            return Optional.empty();
        }
        return Optional.of(new ContainerState(
                status.getContainerID(),
                status.getName(),
                status.getRestartCount(),
                running != null ? Phase.RUNNING : Phase.EXITED,
                status.getImage(),
                status.getImageID(),
                instant(running != null ? running.getStartedAt() : terminated.getStartedAt()),
                running != null ? Optional.empty() : instant(terminated.getFinishedAt()),
                running != null ? 0 : terminated.getExitCode(),
                running != null ? "" : terminated.getReason(),
                ""));
    }

    private static Optional<Instant> instant(@Nullable String time) {
        return Optional.ofNullable(time).map(Instant::parse);
    }
}
