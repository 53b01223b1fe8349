package io.kybern.conformance.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class WatchedWritesTest {
    private static long stampIn(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        return WatchedWrites.stampIn(bytes, 0, bytes.length);
    }

    @Test
    void findsTheStampOfAName() {
        long before = System.nanoTime();
        assertThat(stampIn("{\"metadata\":{\"name\":\"watched-17" + WatchedWrites.stamp() + "\"}}"))
                .isBetween(before, System.nanoTime());
    }

    @Test
    void findsNoneInOtherObjects() {
        assertThat(stampIn("{\"metadata\":{\"name\":\"default\"}}")).isZero();
    }
}
