package io.kybern.operators.scheduler;

import static io.kybern.operators.scheduler.Objects.podInfo;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.kybern.operators.scheduler.SchedulingReport.Reason;
import io.kybern.operators.scheduler.pod.PodInfo;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ApiReportTest {
    private Instant now = Instant.parse("2026-01-01T00:00:00.5Z");
    private final ApiReport report = new ApiReport(new KubernetesClientBuilder().build(), note -> {}, () -> now);

    private static PodInfo carrying(PodCondition condition) {
        return podInfo(
                "p",
                Map.of(),
                pod -> pod.withNewStatus().withConditions(condition).endStatus());
    }

    private Optional<PodCondition> condition(PodInfo pod, String message) {
        return report.condition(pod, Reason.Unschedulable, message);
    }

    @Test
    void saysTheSameOnlyOnce() {
        PodCondition first = condition(podInfo("p"), "no room").orElseThrow();
        assertThat(first.getStatus()).isEqualTo("False");
        assertThat(first.getReason()).isEqualTo("Unschedulable");
        assertThat(first.getLastTransitionTime()).isEqualTo("2026-01-01T00:00:00Z");
        assertThat(first.getObservedGeneration()).isEqualTo(1);
        now = now.plusSeconds(60);
        assertThat(condition(carrying(first), "no room")).isEmpty();
    }

    @Test
    void aNewMessageIsNoTransition() {
        PodCondition first = condition(podInfo("p"), "no room").orElseThrow();
        now = now.plusSeconds(60);
        PodCondition second = condition(carrying(first), "still no room").orElseThrow();
        assertThat(second.getMessage()).isEqualTo("still no room");
        assertThat(second.getLastTransitionTime()).isEqualTo(first.getLastTransitionTime());
    }
}
