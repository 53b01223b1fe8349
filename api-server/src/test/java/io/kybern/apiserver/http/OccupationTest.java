package io.kybern.apiserver.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class OccupationTest {
    private final Occupation occupation = new Occupation(0);
    private long now;

    private void repeat(int times, long workMillis, long restMillis) {
        for (int i = 0; i < times; i++) {
            long end = now + TimeUnit.MILLISECONDS.toNanos(workMillis);
            occupation.worked(now, end);
            now = end + TimeUnit.MILLISECONDS.toNanos(restMillis);
        }
    }

    @Test
    void isHighWhenItTakesMuchOfTheTime() {
        repeat(30, 5, 5);
        assertThat(occupation.isHigh(now)).isTrue();
    }

    @Test
    void isNotHighOnAnOrdinaryDay() {
        repeat(30, 4, 46);
        assertThat(occupation.isHigh(now)).isFalse();
    }

    @Test
    void staysHighUntilItIsLow() {
        repeat(30, 5, 5);
        repeat(30, 5, 20);
        assertThat(occupation.isHigh(now)).as("a fifth of the time").isTrue();
        repeat(30, 2, 48);
        assertThat(occupation.isHigh(now)).as("a twenty-fifth of the time").isFalse();
    }

    @Test
    void isForgottenAfterARest() {
        repeat(30, 5, 5);
        assertThat(occupation.isHigh(now + TimeUnit.SECONDS.toNanos(1))).isFalse();
    }
}
