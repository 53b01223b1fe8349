package io.kybern.apiserver.quarkus;

import static org.assertj.core.api.Assertions.assertThat;

import io.kybern.apiserver.http.ApiRequest;
import io.kybern.apiserver.http.ApiResponse;
import io.kybern.apiserver.http.Headers;
import io.kybern.apiserver.http.Peer;
import io.kybern.apiserver.inprocess.TestServer;
import java.util.Map;
import java.util.Optional;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponse.Status;
import org.junit.jupiter.api.Test;

class ApiServerHealthTest {
    private final ApiServerHost host = new ApiServerHost();
    private final ApiServerHealth health = new ApiServerHealth(host);

    @Test
    void isDownBeforeThereIsAServer() {
        HealthCheckResponse ready = health.ready().call();
        assertThat(ready.getStatus()).isEqualTo(Status.DOWN);
        assertThat(ready.getData()).isEqualTo(Optional.of(Map.of("server", "not started")));
    }

    @Test
    void agreesWithTheProbesOfTheServer() {
        TestServer test = new TestServer();
        try (test) {
            host.runs(test.server());
            assertThat(probe(test, "/readyz")).isEqualTo(200);
            assertThat(health.ready().call().getStatus()).isEqualTo(Status.UP);
            assertThat(probe(test, "/livez")).isEqualTo(200);
            assertThat(health.alive().call().getStatus()).isEqualTo(Status.UP);
        }
        HealthCheckResponse ready = health.ready().call();
        assertThat(ready.getStatus()).isEqualTo(Status.DOWN);
        assertThat(ready.getData().orElseThrow()).containsEntry("shutdown", "process is shutting down");
    }

    private static int probe(TestServer test, String path) {
        ApiResponse response = test.server().serve(ApiRequest.of("GET", path, new Headers(), Peer.local()));
        return response.status();
    }
}
