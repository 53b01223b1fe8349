package io.kybern.node.probe;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ProbeCounterTest {
    @Test
    void aVerdictFallsAfterEnoughOutcomesInARow() {
        ProbeCounter counter = ProbeCounter.begin(true).next(false, 1, 3).next(false, 1, 3);
        assertThat(counter.passing()).isTrue();
        assertThat(counter.next(true, 1, 3).next(false, 1, 3).passing()).isTrue();
        assertThat(counter.next(false, 1, 3).passing()).isFalse();
    }

    @Test
    void readinessNeedsItsSuccesses() {
        ProbeCounter counter = ProbeCounter.begin(false).next(true, 2, 3);
        assertThat(counter.passing()).isFalse();
        assertThat(counter.next(true, 2, 3).passing()).isTrue();
    }
}
