package io.kybern.node.runtime.simulated;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.kybern.node.pod.PodContainers;
import io.kybern.node.pod.PodMemory.Health;
import io.kybern.node.pod.Probing;
import io.kybern.node.runtime.ContainerState;
import io.kybern.node.runtime.PodState;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;

/** Probes that pass as soon as the container runs, but for readiness where {@link SimulatedBehaviour#notReady} says no. */
public final class SimulatedProbing implements Probing {
    private final BiConsumer<String, Health> report;
    private final Map<String, Health> reported = new HashMap<>();

    public SimulatedProbing(BiConsumer<String, Health> report) {
        this.report = report;
    }

    @Override
    public void update(Pod pod, PodState actual) {
        PodContainers.all(pod)
                .filter(container -> container.getReadinessProbe() != null || container.getStartupProbe() != null)
                .forEach(container -> actual.latest(container.getName())
                        .filter(ContainerState::running)
                        .ifPresent(state -> tell(pod, container, state)));
    }

    private void tell(Pod pod, Container container, ContainerState state) {
        Map<String, String> annotations =
                Optional.ofNullable(pod.getMetadata().getAnnotations()).orElse(Map.of());
        boolean ready = !SimulatedBehaviour.notReady(annotations, container.getName());
        Health health = new Health(state.id(), true, ready, Optional.empty());
        if (!health.equals(reported.put(container.getName(), health))) {
            report.accept(container.getName(), health);
        }
    }

    @Override
    public void close() {}
}
