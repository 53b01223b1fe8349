package io.kybern.apiserver.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.kybern.apiserver.http.ApiRequest;
import io.kybern.apiserver.http.ApiResponse;
import io.kybern.apiserver.http.Headers;
import io.kybern.apiserver.http.Peer;
import io.kybern.apiserver.metrics.MetricText;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class ServerChecksTest {
    private final ServerState state = new ServerState();
    private final AtomicReference<Optional<String>> store = new AtomicReference<>(Optional.empty());
    private final AtomicReference<Optional<String>> writes = new AtomicReference<>(Optional.empty());
    private final HealthEndpoint health = new HealthEndpoint(ServerChecks.of(state, store::get, writes::get));

    @Test
    void isNotReadyBeforeBootstrap() {
        assertThat(status("/readyz")).isEqualTo(500);
        assertThat(text("/readyz")).contains("[-]informer-sync failed: reason withheld\n");
        state.ready();
        assertThat(status("/readyz")).isEqualTo(200);
    }

    @Test
    void isAliveButNotReadyWhileItCloses() {
        state.ready();
        state.closing();
        assertThat(status("/readyz")).isEqualTo(500);
        assertThat(status("/readyz/shutdown")).isEqualTo(500);
        assertThat(status("/readyz?exclude=shutdown")).isEqualTo(200);
        assertThat(status("/livez")).isEqualTo(200);
    }

    @Test
    void tellsOfTheStore() {
        state.ready();
        store.set(Optional.of("disk gone"));
        assertThat(status("/livez")).isEqualTo(500);
        assertThat(text("/livez/etcd")).isEqualTo("internal server error: disk gone\n");
        assertThat(status("/livez/ping")).isEqualTo(200);
    }

    @Test
    void isAliveButNotReadyWhileTheStoreRefusesWrites() {
        state.ready();
        writes.set(Optional.of("no room"));
        assertThat(status("/livez")).isEqualTo(200);
        assertThat(status("/readyz")).isEqualTo(500);
        assertThat(text("/readyz/etcd-readiness")).isEqualTo("internal server error: no room\n");
        writes.set(Optional.empty());
        assertThat(status("/readyz")).isEqualTo(200);
    }

    @Test
    void countsOutcomes() {
        status("/readyz/informer-sync");
        state.ready();
        status("/readyz/informer-sync");
        MetricText out = new MetricText();
        health.writeTo(out);
        assertThat(new String(out.bytes(), StandardCharsets.UTF_8))
                .contains("kubernetes_healthcheck{name=\"informer-sync\",type=\"readyz\"} 1\n")
                .contains("kubernetes_healthchecks_total{name=\"informer-sync\",status=\"error\",type=\"readyz\"} 1\n")
                .contains(
                        "kubernetes_healthchecks_total{name=\"informer-sync\",status=\"success\",type=\"readyz\"} 1\n");
    }

    private int status(String target) {
        return serve(target).status();
    }

    private String text(String target) {
        return new String(serve(target).body().getFirst(), StandardCharsets.UTF_8);
    }

    private ApiResponse.Full serve(String target) {
        return (ApiResponse.Full) health.serve(ApiRequest.of("GET", target, new Headers(), Peer.local()));
    }
}
