package io.kybern.operators.event;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.PodBuilder;
import io.kybern.operators.event.EventCorrelator.Decision;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class EventCorrelatorTest {
    private final EventCorrelator correlator = new EventCorrelator();
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");

    private Decision decide(String message) {
        var pod = new PodBuilder().withNewMetadata().withName("p").endMetadata().build();
        Decision decision = correlator.decide(EventNote.normal(pod, "Reason", message), now);
        if (decision instanceof Decision.Create create) {
            correlator.created(create.key(), "name-" + message);
        }
        return decision;
    }

    @Test
    void countsRepetitionsOfTheSameMessage() {
        assertThat(decide("a")).isInstanceOf(Decision.Create.class);
        assertThat(decide("b")).isInstanceOf(Decision.Create.class);
        assertThat(decide("a")).isInstanceOfSatisfying(Decision.Repeat.class, repeat -> {
            assertThat(repeat.count()).isEqualTo(2);
            assertThat(repeat.name()).isEqualTo("name-a");
        });
    }

    @Test
    void combinesTheEleventhMessageOfOneReason() {
        for (int i = 0; i < 10; i++) {
            assertThat(decide("message " + i)).isInstanceOf(Decision.Create.class);
        }
        assertThat(decide("message 10"))
                .isInstanceOfSatisfying(
                        Decision.Create.class,
                        create -> assertThat(create.message()).isEqualTo("(combined from similar events): message 10"));
        assertThat(decide("message 11")).isInstanceOf(Decision.Repeat.class);
        now = now.plus(Duration.ofMinutes(11));
        assertThat(decide("message 12")).isInstanceOf(Decision.Create.class);
    }

    @Test
    void dropsAFloodAndRecovers() {
        for (int i = 0; i < 25; i++) {
            assertThat(decide("same")).isNotInstanceOf(Decision.Drop.class);
        }
        assertThat(decide("same")).isInstanceOf(Decision.Drop.class);
        now = now.plus(Duration.ofMinutes(5));
        assertThat(decide("same")).isInstanceOf(Decision.Repeat.class);
    }

    @Test
    void aLostEventIsWrittenAnew() {
        var create = (Decision.Create) decide("a");
        correlator.lost(create.key());
        assertThat(decide("a")).isInstanceOf(Decision.Create.class);
    }
}
