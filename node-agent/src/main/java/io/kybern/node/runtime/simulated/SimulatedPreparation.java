package io.kybern.node.runtime.simulated;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.kybern.node.pod.ContainerPreparation;
import io.kybern.node.pod.PodContainers;
import io.kybern.node.runtime.ContainerRuntime.ImageRecord;
import io.kybern.node.runtime.ContainerSpec;
import io.kybern.node.runtime.PodState;
import io.kybern.node.runtime.SandboxSpec;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Resolves nothing: a simulated container has no use for environment, volumes or images, so thousands of pods cost the
 * API server no reads. Init containers that say nothing else end at once, the containers of a Job's pods after a second.
 */
public final class SimulatedPreparation implements ContainerPreparation {
    @Override
    public SandboxSpec sandbox(Pod pod, int attempt) {
        Map<String, String> annotations = new HashMap<>();
        if (isOfJob(pod)) {
            annotations.put("simulated.kybern.io/exit-after", "1s");
        }
        PodContainers.init(pod).stream()
                .filter(container -> !PodContainers.sidecar(container))
                .forEach(container -> annotations.put("simulated.kybern.io/exit-after." + container.getName(), "0s"));
        if (pod.getMetadata().getAnnotations() != null) {
            annotations.putAll(pod.getMetadata().getAnnotations());
        }
        return new SandboxSpec(
                PodContainers.identity(pod),
                attempt,
                pod.getMetadata().getName(),
                Map.of(),
                annotations,
                new SandboxSpec.Namespaces(PodContainers.hostNetwork(pod), false, false, false),
                List.of(),
                Optional.empty(),
                Map.of(),
                Optional.empty(),
                false,
                "",
                "");
    }

    private static boolean isOfJob(Pod pod) {
        return pod.getMetadata().getOwnerReferences().stream()
                .anyMatch(owner -> Boolean.TRUE.equals(owner.getController())
                        && owner.getKind().equals("Job")
                        && owner.getApiVersion().startsWith("batch/"));
    }

    @Override
    public ImageRecord image(Pod pod, Container container, SandboxSpec sandbox) {
        String image = container.getImage();
        return new ImageRecord(image, List.of(image), 0, Optional.empty(), "");
    }

    @Override
    public ContainerSpec container(Pod pod, Container container, int attempt, ImageRecord image, PodState actual) {
        return bare(container.getName(), attempt, image.reference());
    }

    static ContainerSpec nothing() {
        return bare("", 0, "");
    }

    private static ContainerSpec bare(String name, int attempt, String image) {
        return new ContainerSpec(
                name,
                attempt,
                image,
                image,
                List.of(),
                List.of(),
                "",
                Map.of(),
                List.of(),
                Map.of(),
                ContainerSpec.Security.DEFAULT,
                ContainerSpec.Resources.UNLIMITED,
                "",
                false,
                false,
                false,
                Optional.empty());
    }

    @Override
    public void started(Pod pod, Container container, String containerId, PodState actual) {}

    @Override
    public Duration beforeStop(Pod pod, Container container, String containerId, Duration grace) {
        return grace;
    }

    @Override
    public void release(Pod pod) {}
}
