package io.kybern.apiserver.storage.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kybern.apiserver.storage.KeyValueStore.CommitResult;
import io.kybern.apiserver.storage.KeyValueStore.CompactedException;
import io.kybern.apiserver.storage.KeyValueStore.Event;
import io.kybern.apiserver.storage.KeyValueStore.Write;
import io.kybern.apiserver.storage.KeyValueStoreContract.Recorder;
import io.kybern.apiserver.storage.Revision;
import io.kybern.apiserver.storage.embedded.SnapshotFile.Content;
import io.kybern.apiserver.storage.embedded.SnapshotFile.SnapshotException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SnapshotFileTest {
    private static final int KEYS = 300;

    @TempDir
    private Path directory;

    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-01-01T00:00:00Z"));
    private final InstantSource clock = now::get;
    private Path file;
    private List<String> saved = List.of();
    private Revision revision = Revision.NONE;

    /** Keys with values of all sizes, some changed, one removed, one with a lease. */
    @BeforeEach
    void save() throws IOException {
        file = directory.resolve("snapshot");
        Random random = new Random(1);
        try (EmbeddedStore store = open("store")) {
            for (int i = 0; i < KEYS; i++) {
                byte[] value = new byte[random.nextInt(4_000)];
                random.nextBytes(value);
                store.commit(Write.put("/objects/" + i, null, value));
            }
            store.commit(Write.put("/objects/7", null, new byte[] {7}));
            store.commit(Write.delete("/objects/8", null));
            store.commit(new Write.Put("/\u00fcml\u00e4ut/\ud83d\ude00", null, new byte[] {1}, null, 60));
            saved = contents(store);
            revision = store.currentRevision();
            try (OutputStream out = Files.newOutputStream(file)) {
                store.save(out);
            }
        }
    }

    private EmbeddedStore open(String name) {
        return EmbeddedStore.open(new EmbeddedOptions(directory.resolve(name), Duration.ofMinutes(5), clock));
    }

    /** A text for each pair with all that it is. */
    private static List<String> contents(EmbeddedStore store) {
        return store.range("/", "0", Revision.NONE, 0).items().stream()
                .map(item -> item.key() + " " + item.created() + " " + item.modified() + " "
                        + HexFormat.of().formatHex(item.value()))
                .toList();
    }

    @Test
    void aRestoredStoreHasTheSameObjectsAndGoesOnWithTheRevisions() throws IOException {
        Content content = SnapshotFile.restore(file, directory.resolve("copy"));
        assertThat(content).isEqualTo(new Content(revision.value(), KEYS));
        try (EmbeddedStore copy = open("copy")) {
            assertThat(copy.currentRevision()).isEqualTo(revision);
            assertThat(contents(copy)).isEqualTo(saved);
            assertThatThrownBy(() -> copy.watch("/", new Revision(5), new Recorder()))
                    .isInstanceOf(CompactedException.class);
            Recorder recorder = new Recorder();
            copy.watch("/", revision, recorder);
            assertThat(copy.commit(Write.put("/objects/7", new Revision(KEYS + 2), new byte[] {8})))
                    .isEqualTo(new CommitResult.Committed(new Revision(revision.value() + 1)));
            assertThat(recorder.events).extracting(Event::key).containsExactly("/objects/7");
            now.updateAndGet(at -> at.plusSeconds(60));
            copy.tick();
            assertThat(copy.count("/", "0")).as("the lease has ended").isEqualTo(KEYS - 1);
        }
    }

    @Test
    void showsOneStateWhileWritesGoOn() throws IOException {
        Path online = directory.resolve("online");
        try (EmbeddedStore store = open("store");
                OutputStream out = Files.newOutputStream(online)) {
            Revision before = store.currentRevision();
            OutputStream writing = new OutputStream() {
                private int pieces;

                @Override
                public void write(int b) throws IOException {
                    out.write(b);
                }

                @Override
                public void write(byte[] bytes, int offset, int length) throws IOException {
                    store.commit(Write.put("/objects/" + pieces++ % KEYS, null, new byte[] {9}));
                    out.write(bytes, offset, length);
                }
            };
            store.save(writing);
            assertThat(store.currentRevision().value()).isGreaterThan(before.value() + 5);
            assertThat(SnapshotFile.verify(online)).isEqualTo(new Content(before.value(), KEYS));
        }
        SnapshotFile.restore(online, directory.resolve("copy"));
        try (EmbeddedStore copy = open("copy")) {
            assertThat(contents(copy)).isEqualTo(saved);
        }
    }

    @Test
    void aDamagedFileIsRefusedWhereverItIsDamaged() throws IOException {
        byte[] whole = Files.readAllBytes(file);
        Random random = new Random(2);
        for (int i = 0; i < 40; i++) {
            byte[] damaged = whole.clone();
            damaged[28 + random.nextInt(whole.length - 28)] ^= (byte) (1 << random.nextInt(8));
            refused(damaged, "is damaged: ");
            refused(Arrays.copyOf(whole, random.nextInt(16, whole.length)), "is damaged: ");
        }
        refused(Arrays.copyOf(whole, whole.length + 1), "is damaged: its checksum does not match what is in it");
        refused(new byte[0], "is no snapshot of Kybern");
        refused("apiVersion: v1\nkind: List\n".getBytes(StandardCharsets.UTF_8), "is no snapshot of Kybern");
        refused(
                ByteBuffer.wrap(whole.clone()).putInt(16, 2).array(),
                "was written by a newer version: it has format 2, this version reads up to 1");
    }

    private void refused(byte[] content, String message) throws IOException {
        Path bad = Files.write(directory.resolve("bad"), content);
        assertThatThrownBy(() -> SnapshotFile.restore(bad, directory.resolve("copy")))
                .isInstanceOf(SnapshotException.class)
                .hasMessageStartingWith(bad + " ")
                .hasMessageContaining(message)
                .hasMessageNotContaining("\n");
        assertThat(directory.resolve("copy")).doesNotExist();
    }

    @Test
    void aDirectoryWithDataIsLeftAlone() {
        assertThatThrownBy(() -> SnapshotFile.restore(file, directory.resolve("store")))
                .isInstanceOf(SnapshotException.class)
                .hasMessageContaining("has data already");
        try (EmbeddedStore store = open("store")) {
            assertThat(store.currentRevision()).isEqualTo(revision);
        }
    }
}
