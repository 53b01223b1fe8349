package io.kybern.node.pod;

import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.kybern.node.runtime.ContainerState;
import io.kybern.node.runtime.ContainerState.Phase;
import io.kybern.node.runtime.PodState;
import io.kybern.node.runtime.SandboxState;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Pods and states to test with. */
public final class Pods {
    public static final Instant NOW = Instant.parse("2026-01-01T00:10:00Z");

    private Pods() {}

    public static Pod pod(String restartPolicy, String... containers) {
        return new PodBuilder()
                .withNewMetadata()
                .withNamespace("ns")
                .withName("p")
                .withUid("uid-p")
                .withGeneration(1L)
                .withCreationTimestamp("2026-01-01T00:00:00Z")
                .endMetadata()
                .withNewSpec()
                .withNodeName("node")
                .withRestartPolicy(restartPolicy)
                .withTerminationGracePeriodSeconds(30L)
                .withContainers(Arrays.stream(containers).map(Pods::container).toList())
                .endSpec()
                .build();
    }

    public static io.fabric8.kubernetes.api.model.Container container(String name) {
        return new ContainerBuilder().withName(name).withImage("image").build();
    }

    static Pod withInit(Pod pod, String... names) {
        return new PodBuilder(pod)
                .editSpec()
                .withInitContainers(Arrays.stream(names).map(Pods::container).toList())
                .endSpec()
                .build();
    }

    static Pod withSidecar(Pod pod, String name) {
        return new PodBuilder(pod)
                .editSpec()
                .addNewInitContainer()
                .withName(name)
                .withImage("image")
                .withRestartPolicy("Always")
                .endInitContainer()
                .endSpec()
                .build();
    }

    public static Pod deleted(Pod pod) {
        return new PodBuilder(pod)
                .editMetadata()
                .withDeletionTimestamp("2026-01-01T00:10:00Z")
                .withDeletionGracePeriodSeconds(7L)
                .endMetadata()
                .build();
    }

    static PodState state(ContainerState... containers) {
        return new PodState(
                Optional.of(new SandboxState("sandbox", 0, true, List.of("10.1.2.3"))), List.of(containers));
    }

    static ContainerState running(String name, int attempt) {
        return container(name, attempt, Phase.RUNNING, 0, Optional.empty());
    }

    /** Ended {@code secondsAgo} before {@link #NOW}. */
    static ContainerState ended(String name, int attempt, int exitCode, int secondsAgo) {
        return container(name, attempt, Phase.EXITED, exitCode, Optional.of(NOW.minusSeconds(secondsAgo)));
    }

    private static ContainerState container(
            String name, int attempt, Phase phase, int exitCode, Optional<Instant> finished) {
        return new ContainerState(
                "test://" + name + attempt,
                name,
                attempt,
                phase,
                "image",
                "sha256:1",
                Optional.of(NOW.minusSeconds(60)),
                finished,
                exitCode,
                phase == Phase.EXITED ? (exitCode == 0 ? "Completed" : "Error") : "",
                "");
    }

    static Observation observed(Pod pod, PodState state) {
        return observed(pod, state, PodMemory.EMPTY);
    }

    static Observation observed(Pod pod, PodState state, PodMemory memory) {
        return new Observation(pod, false, state, memory, new PodStatus(), NOW);
    }

    static PodMemory memory(String container, Backoff restart) {
        return new PodMemory(Map.of(container, PodMemory.ContainerMemory.EMPTY.withRestart(restart)), Optional.empty());
    }
}
