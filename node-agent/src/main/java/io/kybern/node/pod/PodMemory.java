package io.kybern.node.pod;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * What this process remembers of a pod besides the runtime's facts. Immutable; losing it costs a restarted node agent a
 * back-off that begins anew and probes that are asked again, nothing else.
 *
 * @param containers by container name
 * @param sandboxTrouble why the sandbox could not be made
 */
public record PodMemory(Map<String, ContainerMemory> containers, Optional<Trouble> sandboxTrouble) {
    public static final PodMemory EMPTY = new PodMemory(Map.of(), Optional.empty());

    public PodMemory {
        containers = Map.copyOf(containers);
    }

    /** A failed try. */
    public record Trouble(String reason, String message, Instant when, Backoff backoff) {}

    /**
     * @param restart what a crash costs
     * @param trouble the last start that failed before the container ran
     */
    public record ContainerMemory(Backoff restart, Optional<Trouble> trouble, Health health) {
        static final ContainerMemory EMPTY = new ContainerMemory(Backoff.NONE, Optional.empty(), Health.UNKNOWN);

        ContainerMemory withRestart(Backoff backoff) {
            return new ContainerMemory(backoff, trouble, health);
        }

        ContainerMemory withTrouble(Optional<Trouble> next) {
            return new ContainerMemory(restart, next, health);
        }

        ContainerMemory withHealth(Health next) {
            return new ContainerMemory(restart, trouble, next);
        }
    }

    /**
     * What the probes say of one running attempt.
     *
     * @param containerId whose health it is: a new attempt knows nothing of it
     * @param unhealthy the liveness or startup probe gave up, with its words
     */
    public record Health(String containerId, boolean started, boolean ready, Optional<String> unhealthy) {
        static final Health UNKNOWN = new Health("", false, false, Optional.empty());
    }

    public ContainerMemory of(String container) {
        return containers.getOrDefault(container, ContainerMemory.EMPTY);
    }

    PodMemory with(String container, UnaryOperator<ContainerMemory> change) {
        Map<String, ContainerMemory> next = new HashMap<>(containers);
        next.put(container, change.apply(of(container)));
        return new PodMemory(next, sandboxTrouble);
    }

    PodMemory withSandboxTrouble(Optional<Trouble> trouble) {
        return new PodMemory(containers, trouble);
    }
}
