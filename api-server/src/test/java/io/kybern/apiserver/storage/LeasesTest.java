package io.kybern.apiserver.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class LeasesTest {
    private final Leases leases = new Leases();

    @Test
    void tellsWhenAnEndComesBeforeThePlannedLook() {
        assertThat(leases.endsEarlier()).isFalse();
        leases.add(new Leases.Lease("/a", 1, 5_000));
        assertThat(leases.endsEarlier()).isTrue();
        assertThat(leases.untilNext(2_000)).isEqualTo(Duration.ofSeconds(3));
        assertThat(leases.endsEarlier()).isFalse();
        leases.add(new Leases.Lease("/b", 2, 6_000));
        assertThat(leases.endsEarlier()).isFalse();
        leases.add(new Leases.Lease("/c", 3, 4_999));
        assertThat(leases.endsEarlier()).isTrue();
    }

    @Test
    void whatIsOverdueIsDueNow() {
        leases.add(new Leases.Lease("/a", 1, 5_000));
        assertThat(leases.untilNext(9_000)).isZero();
        assertThat(leases.due(9_000)).hasSize(1);
        leases.untilNext(9_000);
        assertThat(leases.endsEarlier()).isFalse();
    }
}
