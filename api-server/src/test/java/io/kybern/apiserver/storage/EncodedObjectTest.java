package io.kybern.apiserver.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.management.ManagementFactory;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EncodedObjectTest {
    private static EncodedObject with(Map<String, String> labels) {
        return new EncodedObject(new byte[0], 0, 0, labels, Map.of());
    }

    /** Labels whose names all have one hash, or the same number of others. */
    private static Map<String, String> labels(boolean colliding) {
        Map<String, String> labels = new HashMap<>();
        for (int i = 0; i < 1 << 15; i++) {
            StringBuilder name = new StringBuilder();
            for (int bit = 0; bit < 15; bit++) {
                boolean set = (i >> bit & 1) == 1;
                name.append(set ? "Aa" : colliding ? "BB" : "xy");
            }
            labels.put(name.toString(), "");
        }
        return labels;
    }

    private static long nanos(Map<String, String> labels) {
        long start = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
        assertThat(with(labels).labels()).hasSize(labels.size());
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - start;
    }

    @Test
    void labelsWithOneHashTakeNotMuchLongerThanOthers() {
        long harmless = Math.min(nanos(labels(false)), nanos(labels(false)));
        long attacked = Math.min(nanos(labels(true)), nanos(labels(true)));
        assertThat(attacked - 500_000_000).isLessThan(20 * harmless);
    }

    @Test
    void labelsAreKeptAsTheyWere() {
        for (int count : new int[] {1, 64, 65, 1_000}) {
            Map<String, String> labels = new HashMap<>();
            for (int i = 0; i < count; i++) {
                labels.put("k" + i, "v" + i);
            }
            Map<String, String> kept = with(labels).labels();
            labels.clear();
            assertThat(kept).hasSize(count).containsEntry("k0", "v0");
            assertThatThrownBy(() -> kept.put("x", "y")).isInstanceOf(UnsupportedOperationException.class);
        }
    }
}
