package io.kybern.node.runtime.simulated;

import io.kybern.node.runtime.ContainerState;
import io.kybern.node.runtime.PodIdentity;
import io.kybern.node.runtime.PodState;
import io.kybern.node.runtime.SandboxState;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** One pod of the simulation; all methods are guarded by the object's own monitor and short. */
final class SimulatedPod {
    private final PodIdentity identity;
    private @Nullable SandboxState sandbox;
    private final List<ContainerState> containers = new ArrayList<>(1);

    SimulatedPod(PodIdentity identity) {
        this.identity = identity;
    }

    PodIdentity identity() {
        return identity;
    }

    synchronized PodState state() {
        return new PodState(Optional.ofNullable(sandbox), containers);
    }

    synchronized boolean runs(String containerId) {
        return containers.stream().anyMatch(container -> container.id().equals(containerId) && container.running());
    }

    synchronized void sandbox(SandboxState next) {
        sandbox = next;
    }

    synchronized void sandboxStopped() {
        if (sandbox != null) {
            sandbox = new SandboxState(sandbox.id(), sandbox.attempt(), false, sandbox.addresses());
        }
    }

    synchronized void add(ContainerState container) {
        containers.add(container);
    }

    synchronized void remove(String containerId) {
        containers.removeIf(container -> container.id().equals(containerId));
    }

    /** Replaces the container's state; false when it is not there or {@code change} left it as it was. */
    synchronized boolean change(String containerId, UnaryOperator<ContainerState> change) {
        for (int i = 0; i < containers.size(); i++) {
            ContainerState before = containers.get(i);
            if (before.id().equals(containerId)) {
                containers.set(i, change.apply(before));
                return containers.get(i) != before;
            }
        }
        return false;
    }
}
