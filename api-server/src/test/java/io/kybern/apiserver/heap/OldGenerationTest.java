package io.kybern.apiserver.heap;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class OldGenerationTest {
    private static boolean isLarge(long usedMebibytes, long liveMebibytes) {
        return OldGeneration.isLarge(usedMebibytes << 20, liveMebibytes << 20);
    }

    @Test
    void collectsASmallHeapBeforeItIsLarge() {
        assertThat(isLarge(60, 0)).isFalse();
        assertThat(isLarge(65, 0)).isTrue();
        assertThat(isLarge(120, 40)).isFalse();
        assertThat(isLarge(129, 40)).isTrue();
    }

    @Test
    void collectsALargeHeapTheMoreRarely() {
        assertThat(isLarge(1_600, 1_000)).isFalse();
        assertThat(isLarge(1_665, 1_000)).isTrue();
    }

    @Test
    @Timeout(60)
    void noticesACollection() {
        CountDownLatch noticed = new CountDownLatch(1);
        Thread.ofPlatform().daemon().start(() -> {
            try {
                OldGeneration.awaitCollection();
                noticed.countDown();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        while (noticed.getCount() > 0) {
            System.gc();
        }
    }
}
