package io.kybern.apiserver.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class GatheringTest {
    private final Gathering gathering = new Gathering();

    /** Writes events one by one, each after a wait where that seems to pay; how many waited. */
    private int waitsOf(int events) {
        int waits = 0;
        for (int i = 0; i < events; i++) {
            if (gathering.pays()) {
                gathering.waits();
                waits++;
            }
            gathering.wrote(1);
        }
        return waits;
    }

    @Test
    void eventsThatComeOneByOneHardlyEverWait() {
        assertThat(waitsOf(257)).isEqualTo(1);
        assertThat(waitsOf(257)).isEqualTo(1);
    }

    @Test
    void aWaitThatGathersIsWorthTheNextOne() {
        for (int i = 0; i < 10; i++) {
            assertThat(gathering.pays()).isTrue();
            gathering.waits();
            gathering.wrote(2);
        }
    }

    @Test
    void severalEventsAtOnceShowThatItPaysAgain() {
        waitsOf(100);
        assertThat(gathering.pays()).isFalse();
        gathering.wrote(3);
        assertThat(gathering.pays()).isTrue();
    }

    @Test
    void aWakeUpWithoutAnEventIsNoWait() {
        gathering.wrote(0);
        assertThat(gathering.pays()).isTrue();
    }
}
