package io.kybern.apiserver.quarkus;

import io.kybern.apiserver.health.HealthCheck.Probe;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponse.Status;
import org.eclipse.microprofile.health.Liveness;
import org.eclipse.microprofile.health.Readiness;

/**
 * The server's health by MicroProfile's rules: up when {@code /livez} and {@code /readyz} would say so, of the same checks;
 * else the data name those that fail, with the reason that the server itself withholds from who asks without credentials.
 */
@Singleton
public class ApiServerHealth {
    private final ApiServerHost host;

    @Inject
    public ApiServerHealth(ApiServerHost host) {
        this.host = host;
    }

    @Produces
    @Singleton
    @Liveness
    public HealthCheck alive() {
        return () -> ask(Probe.LIVEZ);
    }

    @Produces
    @Singleton
    @Readiness
    public HealthCheck ready() {
        return () -> ask(Probe.READYZ);
    }

    private HealthCheckResponse ask(Probe probe) {
        Map<String, Object> problems = host.server()
                .<Map<String, Object>>map(server -> new TreeMap<>(server.problems(probe)))
                .orElse(Map.of("server", "not started"));
        return new HealthCheckResponse(
                "api-server " + probe.path(),
                problems.isEmpty() ? Status.UP : Status.DOWN,
                Optional.of(problems).filter(some -> !some.isEmpty()));
    }
}
