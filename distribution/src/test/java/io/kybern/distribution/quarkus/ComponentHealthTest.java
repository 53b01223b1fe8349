package io.kybern.distribution.quarkus;

import static org.assertj.core.api.Assertions.assertThat;

import io.kybern.distribution.progress.Progress;
import io.kybern.distribution.progress.ProgressEvent;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.eclipse.microprofile.health.HealthCheckResponse.Status;
import org.junit.jupiter.api.Test;

class ComponentHealthTest {
    private final ComponentHealth health = new ComponentHealth();

    private Status status() {
        return health.call().getStatus();
    }

    @Test
    void isUpFromTheLastStartToTheStop() {
        assertThat(status()).isEqualTo(Status.DOWN);
        health.expect(List.of("api", "node"));
        Progress progress = health.over(Progress.NONE);
        progress.on(new ProgressEvent.Started("api"));
        assertThat(status()).isEqualTo(Status.DOWN);
        assertThat(health.call().getData()).isEqualTo(Optional.of(Map.of("api", "ready", "node", "starting")));
        progress.on(new ProgressEvent.Started("node"));
        assertThat(status()).isEqualTo(Status.UP);
        health.stopping();
        assertThat(status()).isEqualTo(Status.DOWN);
    }
}
