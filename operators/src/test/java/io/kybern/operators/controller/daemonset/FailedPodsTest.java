package io.kybern.operators.controller.daemonset;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class FailedPodsTest {
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private final FailedPods failed = new FailedPods(() -> now);

    @Test
    void replacesEverMoreSeldom() {
        assertThat(failed.hold("u", 1, "a")).isEmpty();
        assertThat(failed.hold("u", 1, "a")).contains(Duration.ofSeconds(1));
        assertThat(failed.hold("u", 1, "b")).isEmpty();
        assertThat(failed.hold("u", 2, "a")).isEmpty();
        now = now.plusSeconds(1);
        assertThat(failed.hold("u", 1, "a")).isEmpty();
        now = now.plusSeconds(1);
        assertThat(failed.hold("u", 1, "a")).contains(Duration.ofSeconds(2));
    }

    @Test
    void forgetsAfterTwiceTheLongestPause() {
        for (int i = 0; i < 20; i++) {
            assertThat(failed.hold("u", 1, "a")).isEmpty();
            now = now.plus(Duration.ofMinutes(15));
        }
        assertThat(failed.hold("u", 1, "a")).isEmpty();
        assertThat(failed.hold("u", 1, "a")).contains(Duration.ofMinutes(15));
        now = now.plus(Duration.ofMinutes(30)).plusMillis(1);
        assertThat(failed.hold("u", 1, "a")).isEmpty();
        assertThat(failed.hold("u", 1, "a")).contains(Duration.ofSeconds(1));
    }
}
