package io.kybern.apiserver.storage.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kybern.apiserver.storage.KeyValueStore.CommitResult;
import io.kybern.apiserver.storage.KeyValueStore.Event;
import io.kybern.apiserver.storage.KeyValueStore.StorageUnavailableException;
import io.kybern.apiserver.storage.KeyValueStore.Write;
import io.kybern.apiserver.storage.KeyValueStoreContract.Recorder;
import io.kybern.apiserver.storage.Revision;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedStoreTest {
    private static final byte[] VALUE = {1, 2, 3};

    @TempDir
    private Path directory;

    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-01-01T00:00:00Z"));
    private final InstantSource clock = now::get;

    private EmbeddedStore open() {
        return EmbeddedStore.open(new EmbeddedOptions(directory, Duration.ofMinutes(5), clock));
    }

    @Test
    void everythingIsThereAfterAReopen() {
        try (EmbeddedStore store = open()) {
            store.commit(Write.put("/a", Revision.NONE, VALUE));
            store.commit(Write.put("/b", Revision.NONE, VALUE));
            store.commit(Write.delete("/a", new Revision(2)));
        }
        try (EmbeddedStore store = open()) {
            assertThat(store.currentRevision()).isEqualTo(new Revision(4));
            assertThat(store.get("/a", Revision.NONE)).isEmpty();
            assertThat(store.get("/a", new Revision(2))).isPresent();
            assertThat(store.get("/b", Revision.NONE).orElseThrow().value()).isEqualTo(VALUE);
            assertThat(store.count("/", "0")).isEqualTo(1);
            Recorder recorder = new Recorder();
            store.watch("/", new Revision(1), recorder);
            assertThat(recorder.events)
                    .extracting(Event::revision)
                    .extracting(Revision::value)
                    .containsExactly(2L, 3L, 4L);
        }
    }

    @Test
    void theRevisionDoesNotGoBackWhenAllHistoryIsCompacted() {
        try (EmbeddedStore store = open()) {
            store.commit(Write.put("/a", Revision.NONE, VALUE));
            store.commit(Write.delete("/a", null));
            store.compact(new Revision(3));
        }
        try (EmbeddedStore store = open()) {
            assertThat(store.currentRevision()).isEqualTo(new Revision(3));
            assertThat(store.compactedRevision()).isEqualTo(new Revision(3));
        }
    }

    @Test
    void aLeaseEndsAlsoAfterAReopenAndIsSeenAsADelete() {
        try (EmbeddedStore store = open()) {
            store.commit(new Write.Put("/event", Revision.NONE, VALUE, null, 60));
            store.commit(new Write.Put("/renewed", Revision.NONE, VALUE, null, 60));
            store.commit(Write.put("/stays", Revision.NONE, VALUE));
        }
        try (EmbeddedStore store = open()) {
            store.commit(new Write.Put("/renewed", null, VALUE, null, 120));
            now.updateAndGet(at -> at.plusSeconds(59));
            store.tick();
            assertThat(store.count("/", "0")).isEqualTo(3);
            Recorder recorder = new Recorder();
            store.watch("/", store.currentRevision(), recorder);
            now.updateAndGet(at -> at.plusSeconds(1));
            store.tick();
            assertThat(recorder.events).singleElement().satisfies(event -> {
                assertThat(event.key()).isEqualTo("/event");
                assertThat(event.type()).isEqualTo(Event.Type.DELETE);
            });
        }
    }

    @Test
    void historyIsKeptForAtLeastItsTimeAndForgottenAfterTwice() {
        try (EmbeddedStore store = open()) {
            store.commit(Write.put("/a", Revision.NONE, VALUE));
            now.updateAndGet(at -> at.plus(Duration.ofMinutes(5)));
            store.tick();
            assertThat(store.compactedRevision()).isEqualTo(new Revision(1));
            store.commit(Write.put("/a", null, VALUE));
            now.updateAndGet(at -> at.plus(Duration.ofMinutes(5)));
            store.tick();
            assertThat(store.compactedRevision()).isEqualTo(new Revision(2));
        }
    }

    /** A journal of which a write fails on demand, before it is on disk or after. */
    private static final class Failing implements Journal {
        private final Journal journal;
        private final AtomicReference<String> how;

        Failing(Journal journal, AtomicReference<String> how) {
            this.journal = journal;
            this.how = how;
        }

        @Override
        public void write(List<Change> changes) throws IOException {
            if (how.get().equals("before")) {
                throw new IOException("No space left on device");
            }
            journal.write(changes);
            if (how.get().equals("after")) {
                throw new IOException("Input/output error");
            }
        }

        @Override
        public Found reopen(Committer.State known) throws IOException {
            if (how.get().equals("before")) {
                throw new IOException("still not");
            }
            return journal.reopen(known);
        }
    }

    private EmbeddedStore failing(AtomicReference<String> how) {
        return EmbeddedStore.open(
                EmbeddedOptions.of(directory), journal -> new Failing(journal, how), EmbeddedStore.SEGMENT_BYTES);
    }

    /** Waits until writes are taken again: that is tried now and then. */
    private static void awaitWrites(EmbeddedStore store) {
        long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (store.refusesWrites().isPresent() && System.nanoTime() < end) {
            store.tick();
        }
        assertThat(store.refusesWrites()).isEmpty();
    }

    @Test
    void aFailedWriteIsNotAcknowledgedReadsGoOnAndWritesToo() {
        AtomicReference<String> how = new AtomicReference<>("");
        try (EmbeddedStore store = failing(how)) {
            store.commit(Write.put("/a", Revision.NONE, VALUE));
            Recorder recorder = new Recorder();
            store.watch("/", store.currentRevision(), recorder);
            how.set("before");
            for (int i = 0; i < 2; i++) {
                assertThatThrownBy(() -> store.commit(Write.put("/b", Revision.NONE, VALUE)))
                        .isInstanceOf(StorageUnavailableException.class)
                        .hasMessageContaining("No space left on device");
            }
            assertThat(store.refusesWrites().orElseThrow()).contains("No space left on device");
            assertThat(store.get("/a", Revision.NONE)).isPresent();
            assertThat(store.get("/b", Revision.NONE)).isEmpty();
            assertThat(store.currentRevision()).isEqualTo(new Revision(2));
            assertThat(recorder.events).isEmpty();
            how.set("");
            awaitWrites(store);
            assertThat(store.commit(Write.put("/b", Revision.NONE, VALUE)))
                    .isEqualTo(new CommitResult.Committed(new Revision(3)));
            assertThat(recorder.events).extracting(Event::key).containsExactly("/b");
        }
        try (EmbeddedStore store = open()) {
            assertThat(store.range("/", "0", Revision.NONE, 0).items()).hasSize(2);
        }
    }

    @Test
    void aWriteOfUnknownEndIsSeenByAllOnceItIsKnownToHaveHappened() {
        AtomicReference<String> how = new AtomicReference<>("");
        try (EmbeddedStore store = failing(how)) {
            Recorder recorder = new Recorder();
            store.watch("/", store.currentRevision(), recorder);
            how.set("after");
            assertThatThrownBy(() -> store.commit(new Write.Put("/a", Revision.NONE, VALUE, null, 60)))
                    .isInstanceOf(StorageUnavailableException.class);
            assertThat(store.get("/a", Revision.NONE)).isEmpty();
            assertThat(recorder.events).isEmpty();
            how.set("");
            awaitWrites(store);
            assertThat(store.get("/a", Revision.NONE).orElseThrow().modified()).isEqualTo(new Revision(2));
            assertThat(recorder.events).extracting(Event::revision).containsExactly(new Revision(2));
            assertThat(store.commit(Write.put("/a", Revision.NONE, VALUE))).isInstanceOf(CommitResult.Conflict.class);
        }
    }

    @Test
    void whatIsGoneFromDiskIsNotWrittenOver() {
        try (EmbeddedStore store = EmbeddedStore.open(
                EmbeddedOptions.of(directory),
                journal -> new Journal() {
                    @Override
                    public void write(List<Change> changes) throws IOException {
                        throw new IOException("Input/output error");
                    }

                    @Override
                    public Found reopen(Committer.State known) throws IOException {
                        return journal.reopen(new Committer.State(known.revision() + 5, known.keys()));
                    }
                },
                EmbeddedStore.SEGMENT_BYTES)) {
            assertThatThrownBy(() -> store.commit(Write.put("/a", Revision.NONE, VALUE)))
                    .hasMessageContaining("Input/output error");
            long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
            while (!store.refusesWrites().orElseThrow().contains("are gone from") && System.nanoTime() < end) {
                store.tick();
            }
            assertThatThrownBy(() -> store.commit(Write.put("/a", Revision.NONE, VALUE)))
                    .isInstanceOf(StorageUnavailableException.class)
                    .hasMessageContaining("revisions after 1 are gone from");
        }
    }

    @Test
    void aBugWhileWritingLeavesNobodyWaiting() {
        try (EmbeddedStore store = EmbeddedStore.open(
                EmbeddedOptions.of(directory),
                journal -> changes -> {
                    throw new IllegalStateException("broken");
                },
                EmbeddedStore.SEGMENT_BYTES)) {
            for (int i = 0; i < 2; i++) {
                assertThatThrownBy(() -> store.commit(Write.put("/a", Revision.NONE, VALUE)))
                        .isInstanceOf(StorageUnavailableException.class)
                        .hasMessageContaining("broken");
            }
        }
    }

    @Test
    void aClosedStoreRefuses() {
        EmbeddedStore store = open();
        store.close();
        assertThatThrownBy(() -> store.commit(Write.put("/a", null, VALUE)))
                .isInstanceOf(StorageUnavailableException.class);
        assertThatThrownBy(() -> store.range("/", "0", Revision.NONE, 0)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aSecondOpenerIsTold() {
        try (EmbeddedStore store = open()) {
            assertThat(store.currentRevision()).isEqualTo(new Revision(1));
            assertThatThrownBy(this::open)
                    .isInstanceOf(DataDirectoryException.class)
                    .hasMessage("data directory " + directory + " is in use by another process");
        }
    }

    @Test
    void aNewerFormatIsRefused() throws IOException {
        open().close();
        try (FileChannel segment = FileChannel.open(directory.resolve("00000001.segment"), StandardOpenOption.WRITE)) {
            segment.write(
                    ByteBuffer.allocate(Integer.BYTES)
                            .putInt(Segment.FORMAT + 1)
                            .flip(),
                    8);
        }
        assertThatThrownBy(this::open)
                .isInstanceOf(DataDirectoryException.class)
                .hasMessageContaining("was written by a newer version: it has format 4, this version reads up to 3");
    }

    @Test
    void othersCanNotReadTheFiles() throws IOException {
        try (EmbeddedStore store = open()) {
            assertThat(store.currentRevision()).isEqualTo(new Revision(1));
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory)))
                    .isEqualTo("rwx------");
            try (Stream<Path> files = Files.list(directory)) {
                for (Path file : List.copyOf(files.toList())) {
                    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                            .isEqualTo("rw-------");
                }
            }
        }
    }
}
