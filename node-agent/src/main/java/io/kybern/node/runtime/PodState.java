package io.kybern.node.runtime;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** What a runtime knows of one pod at one moment; several attempts of a container may be there. */
public record PodState(Optional<SandboxState> sandbox, List<ContainerState> containers) {
    public static final PodState NOTHING = new PodState(Optional.empty(), List.of());

    public PodState {
        containers = List.copyOf(containers);
    }

    /** The newest attempt of a container. */
    public Optional<ContainerState> latest(String container) {
        return containers.stream()
                .filter(state -> state.name().equals(container))
                .max(Comparator.comparingInt(ContainerState::attempt));
    }

    /** The attempt before the newest one. */
    public Optional<ContainerState> previous(String container) {
        return containers.stream()
                .filter(state -> state.name().equals(container))
                .sorted(Comparator.comparingInt(ContainerState::attempt).reversed())
                .skip(1)
                .findFirst();
    }

    public boolean anyRunning() {
        return containers.stream().anyMatch(ContainerState::running);
    }

    /** The sandbox, if containers can be started in it. */
    public Optional<SandboxState> readySandbox() {
        return sandbox.filter(SandboxState::ready);
    }
}
