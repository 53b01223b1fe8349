package io.kybern.node.pod;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.kybern.node.runtime.ContainerState;
import io.kybern.node.runtime.PodIdentity;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Questions that a pod's spec answers. */
public final class PodContainers {
    private PodContainers() {}

    public static PodIdentity identity(Pod pod) {
        var metadata = pod.getMetadata();
        return new PodIdentity(metadata.getNamespace(), metadata.getName(), metadata.getUid());
    }

    public static List<Container> init(Pod pod) {
        return pod.getSpec().getInitContainers();
    }

    public static List<Container> main(Pod pod) {
        return pod.getSpec().getContainers();
    }

    public static Stream<Container> all(Pod pod) {
        return Stream.concat(init(pod).stream(), main(pod).stream());
    }

    public static Optional<Container> find(Pod pod, String name) {
        return all(pod).filter(container -> container.getName().equals(name)).findFirst();
    }

    /** An init container that stays: it starts in order, and runs until the main containers have ended. */
    public static boolean sidecar(Container initContainer) {
        return "Always".equals(initContainer.getRestartPolicy());
    }

    static boolean sidecar(Pod pod, String name) {
        return init(pod).stream().anyMatch(container -> container.getName().equals(name) && sidecar(container));
    }

    public static String restartPolicy(Pod pod) {
        String policy = pod.getSpec().getRestartPolicy();
        return policy == null ? "Always" : policy;
    }

    /** Whether a container that ended so is to be started again. */
    static boolean restarts(Pod pod, Container container, ContainerState ended) {
        String own = container.getRestartPolicy();
        return switch (own == null ? restartPolicy(pod) : own) {
            case "Always" -> true;
            case "OnFailure" -> ended.exitCode() != 0;
            default -> false;
        };
    }

    /** An init container must end well once, so only a failed one is started again. */
    static boolean initRestarts(Pod pod, Container container, ContainerState ended) {
        String own = container.getRestartPolicy();
        return ended.exitCode() != 0 && !"Never".equals(own == null ? restartPolicy(pod) : own);
    }

    /** The time between SIGTERM and SIGKILL: what the deletion asked for, or the spec. */
    static Duration grace(Pod pod) {
        Long seconds = pod.getMetadata().getDeletionGracePeriodSeconds();
        if (seconds == null) {
            seconds = pod.getSpec().getTerminationGracePeriodSeconds();
        }
        return Duration.ofSeconds(seconds == null ? 30 : seconds);
    }

    static boolean deleted(Pod pod) {
        return pod.getMetadata().getDeletionTimestamp() != null;
    }

    public static boolean hostNetwork(Pod pod) {
        return Boolean.TRUE.equals(pod.getSpec().getHostNetwork());
    }
}
