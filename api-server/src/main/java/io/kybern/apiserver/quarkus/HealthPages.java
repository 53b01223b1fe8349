package io.kybern.apiserver.quarkus;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.ApiServer;
import io.kybern.apiserver.endpoint.PathEndpoint;
import io.kybern.apiserver.http.ApiResponse;
import io.kybern.apiserver.negotiation.Encoder;
import io.kybern.apiserver.wire.JsonWriter;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponse.Status;
import org.eclipse.microprofile.health.Liveness;
import org.eclipse.microprofile.health.Readiness;

/**
 * All health checks of the application as MicroProfile Health's documents, where Quarkus has them: {@code /q/health}, {@code
 * /q/health/live}, {@code /q/health/ready}. They are on the API server's own port, so that no second one is needed, and RBAC
 * decides who may read them.
 */
@Singleton
public class HealthPages {
    private final Instance<HealthCheck> alive;
    private final Instance<HealthCheck> ready;

    @Inject
    public HealthPages(@Liveness Instance<HealthCheck> alive, @Readiness Instance<HealthCheck> ready) {
        this.alive = alive;
        this.ready = ready;
    }

    /** Lets a server answer these paths, too. */
    public void serveBy(ApiServer server) {
        server.serveAlso("/q/health", page(() -> Stream.concat(alive.stream(), ready.stream())));
        server.serveAlso("/q/health/live", page(alive::stream));
        server.serveAlso("/q/health/ready", page(ready::stream));
    }

    private interface Checks {
        Stream<HealthCheck> all();
    }

    private static PathEndpoint page(Checks checks) {
        return request -> document(checks.all()
                .map(HealthCheck::call)
                .sorted(Comparator.comparing(HealthCheckResponse::getName))
                .toList());
    }

    private static ApiResponse document(List<HealthCheckResponse> responses) {
        boolean up = responses.stream().allMatch(response -> response.getStatus() == Status.UP);
        ObjectNode document = JsonNodeFactory.instance.objectNode();
        document.put("status", (up ? Status.UP : Status.DOWN).name());
        ArrayNode listed = document.putArray("checks");
        responses.forEach(response -> listed.add(check(response)));
        return ApiResponse.Full.of(up ? 200 : 503, Encoder.contentType("application/json"), JsonWriter.bytes(document));
    }

    private static ObjectNode check(HealthCheckResponse response) {
        ObjectNode check = JsonNodeFactory.instance.objectNode();
        check.put("name", response.getName());
        check.put("status", response.getStatus().name());
        response.getData().ifPresent(data -> {
            ObjectNode values = check.putObject("data");
            data.forEach((name, value) -> values.put(name, value.toString()));
        });
        return check;
    }
}
