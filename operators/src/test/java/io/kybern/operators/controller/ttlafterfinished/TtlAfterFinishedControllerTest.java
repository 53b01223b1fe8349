package io.kybern.operators.controller.ttlafterfinished;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TtlAfterFinishedControllerTest {
    private final Instant now = Instant.parse("2026-01-01T00:00:00Z");

    private JobBuilder job(String condition, String status) {
        return new JobBuilder()
                .withNewMetadata()
                .withName("j")
                .endMetadata()
                .withNewSpec()
                .withTtlSecondsAfterFinished(10)
                .endSpec()
                .withNewStatus()
                .addNewCondition()
                .withType(condition)
                .withStatus(status)
                .withLastTransitionTime(now.toString())
                .endCondition()
                .endStatus();
    }

    @ParameterizedTest
    @ValueSource(strings = {"Complete", "Failed"})
    void aFinishedJobHasItsTime(String condition) {
        assertThat(TtlAfterFinishedController.left(job(condition, "True").build(), now.plusSeconds(4)))
                .contains(Duration.ofSeconds(6));
    }

    @Test
    void othersStay() {
        assertThat(TtlAfterFinishedController.left(job("Suspended", "True").build(), now))
                .isEmpty();
        assertThat(TtlAfterFinishedController.left(job("Complete", "False").build(), now))
                .isEmpty();
        var forever = job("Complete", "True")
                .editSpec()
                .withTtlSecondsAfterFinished(null)
                .endSpec()
                .build();
        assertThat(TtlAfterFinishedController.left(forever, now)).isEmpty();
    }
}
