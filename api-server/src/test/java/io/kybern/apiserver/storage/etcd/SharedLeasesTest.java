package io.kybern.apiserver.storage.etcd;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class SharedLeasesTest {
    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-01-01T00:00:00Z"));
    private final List<Long> granted = new ArrayList<>();
    private final SharedLeases leases = new SharedLeases(
            seconds -> {
                granted.add(seconds);
                return granted.size();
            },
            now::get);

    @Test
    void aLeaseIsGivenOutAsLongAsItLivesLongEnough() {
        assertThat(leases.of(3_600)).isEqualTo(1);
        now.updateAndGet(t -> t.plusSeconds(60));
        assertThat(leases.of(3_600)).isEqualTo(1);
        now.updateAndGet(t -> t.plusSeconds(1));
        assertThat(leases.of(3_600)).isEqualTo(2);
        assertThat(leases.of(100)).isEqualTo(3);
        assertThat(granted).containsExactly(3_660L, 3_660L, 105L);
    }

    @Test
    void aLeaseHasAThousandKeysAtMost() {
        for (int i = 0; i < 1_000; i++) {
            assertThat(leases.of(3_600)).isEqualTo(1);
        }
        assertThat(leases.of(3_600)).isEqualTo(2);
    }
}
