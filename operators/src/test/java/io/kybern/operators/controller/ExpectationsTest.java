package io.kybern.operators.controller;

import static org.assertj.core.api.Assertions.assertThat;

import io.javaoperatorsdk.operator.processing.event.ResourceID;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class ExpectationsTest {
    private final ResourceID owner = new ResourceID("web", "default");
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private final Expectations expectations = new Expectations(() -> now);

    @Test
    void creationsAreCounted() {
        expectations.expectCreations(owner, 2);
        expectations.creationObserved(owner);
        assertThat(expectations.satisfied(owner)).isFalse();
        expectations.creationObserved(owner);
        assertThat(expectations.satisfied(owner)).isTrue();
    }

    @Test
    void aDeletionIsCountedOnceHoweverOftenItIsSeen() {
        expectations.expectDeletions(owner, List.of("a", "b"));
        expectations.deletionObserved(owner, "a");
        expectations.deletionObserved(owner, "a");
        assertThat(expectations.satisfied(owner)).isFalse();
        expectations.deletionObserved(owner, "b");
        assertThat(expectations.satisfied(owner)).isTrue();
    }

    @Test
    void whatNeverComesIsGivenUp() {
        expectations.expectCreations(owner, 1);
        now = now.plus(Duration.ofMinutes(5));
        assertThat(expectations.satisfied(owner)).isFalse();
        now = now.plusMillis(1);
        assertThat(expectations.satisfied(owner)).isTrue();
    }
}
