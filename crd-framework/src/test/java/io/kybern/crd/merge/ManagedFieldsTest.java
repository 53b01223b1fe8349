package io.kybern.crd.merge;

import static org.assertj.core.api.Assertions.assertThat;

import io.kybern.crd.golden.Golden;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Entries are read and written with the times that stand in them. */
class ManagedFieldsTest {
    private static Optional<ManagedFields> withTime(String time) {
        return ManagedFields.parse(Golden.json("{'all': [{'manager': 'm', 'operation': 'Update', 'apiVersion': 'v1',"
                        + "'fieldsType': 'FieldsV1', 'fieldsV1': {'f:a': {}}, 'time': '" + time + "'}]}")
                .path("all"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "2026-01-02T15:04:05Z",
                "2024-02-29T23:59:59Z",
                "0001-01-01T00:00:00Z",
                "2026-01-02T24:00:00Z",
                "2016-12-31T23:59:60Z",
                "2026-01-02T15:04:05.123Z",
                "2026-01-02T15:04:05+01:00"
            })
    void timesAreKept(String time) {
        ManagedFields read = withTime(time).orElseThrow();
        assertThat(read.time(read.managers().getFirst()).orElseThrow()).isEqualTo(Instant.parse(time));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "yesterday", "2026-02-30T00:00:00Z", "2026-01-02T25:00:00Z", "2026-01-02T15:04:61Z"})
    void whatIsNoTimeIsNoEntry(String time) {
        assertThat(withTime(time)).isEmpty();
    }
}
