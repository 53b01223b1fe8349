package io.kybern.apiserver.storage.memory;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kybern.apiserver.storage.KeyValueStore.CommitResult;
import io.kybern.apiserver.storage.KeyValueStore.CompactedException;
import io.kybern.apiserver.storage.KeyValueStore.KeyValue;
import io.kybern.apiserver.storage.KeyValueStore.StorageUnavailableException;
import io.kybern.apiserver.storage.KeyValueStore.Write;
import io.kybern.apiserver.storage.Revision;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MemoryStoreTest {
    private static final Duration KEEP = Duration.ofMinutes(5);

    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private final MemoryStore store = new MemoryStore(KEEP, () -> now);

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void thawedStoresGoTheirOwnWays() {
        put(store, "/a", "1");
        MemoryStore.Frozen frozen = store.freeze();
        put(store, "/a", "2");

        try (MemoryStore one = frozen.thaw(KEEP, () -> now);
                MemoryStore other = frozen.thaw(KEEP, () -> now)) {
            Revision begin = one.currentRevision();
            put(one, "/b", "3");

            assertThat(text(one, "/a")).isEqualTo("1");
            assertThat(text(one, "/b")).isEqualTo("3");
            assertThat(other.get("/b", Revision.NONE)).isEmpty();
            assertThat(other.currentRevision()).isEqualTo(begin);
            assertThat(one.isThawed()).isTrue();
            assertThat(store.isThawed()).isFalse();
        }
    }

    @Test
    void aThawedStoreHasNoPast() {
        put(store, "/a", "1");
        Revision first = store.currentRevision();
        put(store, "/a", "2");

        try (MemoryStore thawed = store.freeze().thaw(KEEP, () -> now)) {
            assertThatThrownBy(() -> thawed.get("/a", first)).isInstanceOf(CompactedException.class);
            assertThat(thawed.get("/a", thawed.currentRevision())).isPresent();
        }
    }

    @Test
    void leasesEndAfterAThawToo() {
        store.commit(List.of(new Write.Put("/event", null, "e".getBytes(UTF_8), null, 60)));

        try (MemoryStore thawed = store.freeze().thaw(KEEP, () -> now)) {
            now = now.plusSeconds(59);
            thawed.tick();
            assertThat(thawed.get("/event", Revision.NONE)).isPresent();
            now = now.plusSeconds(1);
            thawed.tick();
            assertThat(thawed.get("/event", Revision.NONE)).isEmpty();
        }
    }

    @Test
    void aKeyThatWasWrittenAgainOutlivesItsOldLease() {
        store.commit(List.of(new Write.Put("/event", null, "e".getBytes(UTF_8), null, 60)));
        put(store, "/event", "kept");

        now = now.plusSeconds(120);
        store.tick();

        assertThat(text(store, "/event")).isEqualTo("kept");
    }

    @Test
    void thePastIsForgottenAfterItsTime() {
        put(store, "/a", "1");
        Revision first = store.currentRevision();
        put(store, "/a", "2");

        now = now.plus(KEEP);
        store.tick();
        assertThat(store.get("/a", first)).isPresent();

        now = now.plus(KEEP);
        store.tick();
        assertThatThrownBy(() -> store.get("/a", first)).isInstanceOf(CompactedException.class);
        assertThat(text(store, "/a")).isEqualTo("2");
    }

    @Test
    void muchPastIsForgottenBeforeItsTime() {
        byte[] large = new byte[1 << 20];
        Revision first = store.currentRevision();
        for (int i = 0; i < 100; i++) {
            store.commit(Write.put("/large", null, large));
        }

        assertThatThrownBy(() -> store.get("/large", first)).isInstanceOf(CompactedException.class);
        Revision compacted = store.compactedRevision();
        assertThat(store.get("/large", compacted)).isPresent();
        assertThat(store.currentRevision().value() - compacted.value())
                .isBetween(20L, MemoryStore.MOST_BYTES_OF_HISTORY >> 20);
    }

    @Test
    void aClosedStoreRefusesWrites() {
        store.close();

        assertThatThrownBy(() -> put(store, "/a", "1")).isInstanceOf(StorageUnavailableException.class);
    }

    private static void put(MemoryStore store, String key, String value) {
        assertThat(store.commit(Write.put(key, null, value.getBytes(UTF_8))))
                .isInstanceOf(CommitResult.Committed.class);
    }

    private static String text(MemoryStore store, String key) {
        return store.get(key, Revision.NONE)
                .map(KeyValue::value)
                .map(value -> new String(value, UTF_8))
                .orElseThrow();
    }
}
