package io.kybern.apiserver.storage.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.kybern.apiserver.storage.KeyValueStore.CommitResult;
import io.kybern.apiserver.storage.KeyValueStore.Event;
import io.kybern.apiserver.storage.KeyValueStore.StorageUnavailableException;
import io.kybern.apiserver.storage.KeyValueStore.Write;
import io.kybern.apiserver.storage.KeyValueStoreContract.Recorder;
import io.kybern.apiserver.storage.Revision;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A store on a file system of its own without room. Takes root. */
class FullDiskTest {
    private static final int VALUE_BYTES = 100_000;

    /** So large that segments can be copied into the part that is kept in reserve. */
    private static final int DISK_BYTES = 320 << 20;

    /** Most of it, until it is deleted. */
    private static final int BALLAST_BYTES = 240 << 20;

    @TempDir
    private Path directory;

    private boolean mounted;

    @BeforeEach
    void mount() throws Exception {
        mounted = run("mount", "-t", "tmpfs", "-o", "size=" + DISK_BYTES, "tmpfs", directory.toString());
        assumeTrue(mounted, "a file system can't be mounted here: that takes root");
    }

    @AfterEach
    void unmount() throws Exception {
        if (mounted) {
            assertThat(run("umount", directory.toString())).isTrue();
        }
    }

    private static boolean run(String... command) throws IOException, InterruptedException {
        return new ProcessBuilder(List.of(command)).start().waitFor() == 0;
    }

    private Path ballast() throws IOException {
        Path file = directory.resolve("ballast");
        byte[] block = new byte[1 << 20];
        try (OutputStream out = Files.newOutputStream(file)) {
            for (int written = 0; written < BALLAST_BYTES; written += block.length) {
                out.write(block);
            }
        }
        return file;
    }

    private EmbeddedStore open(UnaryOperator<Journal> journal) {
        return EmbeddedStore.open(EmbeddedOptions.of(directory.resolve("store")), journal, EmbeddedStore.SEGMENT_BYTES);
    }

    private static Write put(String key) {
        byte[] value = new byte[VALUE_BYTES];
        ThreadLocalRandom.current().nextBytes(value);
        return Write.put(key, null, value);
    }

    /**
     * Writes until that is refused; how many writes were acknowledged.
     */
    private static int fill(EmbeddedStore store, String message) {
        for (int i = 0; i < 1_000; i++) {
            try {
                store.commit(put("/full/" + i));
            } catch (StorageUnavailableException e) {
                assertThat(e).hasMessageContaining(message);
                return i;
            }
        }
        throw new AssertionError("the disk does not fill");
    }

    @Test
    void isReadOnlyButForDeletionsUntilThereIsRoomAgain() throws IOException {
        int written;
        try (EmbeddedStore store = open(journal -> journal)) {
            Path ballast = ballast();
            written = fill(store, "etcdserver: mvcc: database space exceeded");
            assertThat(written).isPositive();
            Revision full = store.currentRevision();
            Recorder recorder = new Recorder();
            store.watch("/", full, recorder);
            assertThat(store.range("/full/", "/full0", Revision.NONE, 0).items())
                    .hasSize(written);
            assertThat(store.commit(Write.delete("/full/0", null))).isInstanceOf(CommitResult.Committed.class);
            assertThat(recorder.events).extracting(Event::type).containsExactly(Event.Type.DELETE);

            Files.delete(ballast);
            assertThat(store.refusesWrites()).isEmpty();
            assertThat(store.commit(put("/more")))
                    .isEqualTo(new CommitResult.Committed(new Revision(full.value() + 2)));
        }
        try (EmbeddedStore store = open(journal -> journal)) {
            assertThat(store.count("/full/", "/full0")).isEqualTo(written - 1);
            assertThat(store.get("/more", Revision.NONE)).isPresent();
        }
    }

    @Test
    void survivesAWriteThatFailsHalfWay() throws IOException {
        int written;
        try (EmbeddedStore store = open(WithoutReserve::new)) {
            Path ballast = ballast();
            written = fill(store, "No space left on device");
            assertThat(store.count("/full/", "/full0")).isEqualTo(written);
            Files.delete(ballast);
            long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
            while (store.refusesWrites().isPresent() && System.nanoTime() < end) {
                store.tick();
            }
            assertThat(store.commit(put("/more"))).isInstanceOf(CommitResult.Committed.class);
        }
        try (EmbeddedStore store = open(journal -> journal)) {
            // the one that failed may have happened
            assertThat(store.count("/full/", "/full0")).isBetween((long) written, written + 1L);
            assertThat(store.range("/full/", "/full0", Revision.NONE, 0).items())
                    .allSatisfy(item -> assertThat(item.value()).hasSize(VALUE_BYTES));
            assertThat(store.get("/more", Revision.NONE)).isPresent();
        }
    }

    /** Runs into the end of the disk. */
    private record WithoutReserve(Journal journal) implements Journal {
        @Override
        public void write(List<Change> changes) throws IOException {
            journal.write(changes);
        }

        @Override
        public Optional<String> shortage() {
            return Optional.empty();
        }

        @Override
        public Found reopen(Committer.State known) throws IOException {
            return journal.reopen(known);
        }
    }
}
