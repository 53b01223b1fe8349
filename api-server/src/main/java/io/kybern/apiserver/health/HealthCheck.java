package io.kybern.apiserver.health;

import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * One named check.
 *
 * @param probes which of the endpoints ask it
 * @param state what is wrong; empty when all is well. Cheap, any thread
 */
public record HealthCheck(String name, Set<Probe> probes, Supplier<Optional<String>> state) {
    /** The three endpoints. */
    public enum Probe {
        HEALTHZ("/healthz"),
        LIVEZ("/livez"),
        READYZ("/readyz");

        private final String path;

        Probe(String path) {
            this.path = path;
        }

        public String path() {
            return path;
        }
    }

    public Optional<String> problem() {
        return state.get();
    }

    /** A check for some of them. */
    static HealthCheck at(String name, Set<Probe> probes, Supplier<Optional<String>> state) {
        return new HealthCheck(name, probes, state);
    }

    /** A check for all three. */
    public static HealthCheck everywhere(String name, Supplier<Optional<String>> state) {
        return new HealthCheck(name, Set.of(Probe.values()), state);
    }
}
