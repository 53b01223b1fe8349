package io.kybern.apiserver.heap;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

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
}
