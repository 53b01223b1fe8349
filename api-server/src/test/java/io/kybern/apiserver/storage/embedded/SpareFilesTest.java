package io.kybern.apiserver.storage.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kybern.apiserver.storage.KeyValueStore.KeyValue;
import io.kybern.apiserver.storage.KeyValueStore.Write;
import io.kybern.apiserver.storage.Revision;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Segments that are written over the files of others, and history that is forgotten before its time. */
class SpareFilesTest {
    private static final int SEGMENT_BYTES = 4_000;
    private static final int VALUE_BYTES = 500;

    @TempDir
    private Path directory;

    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-01-01T00:00:00Z"));
    private final InstantSource clock = now::get;
    private Path path;
    private EmbeddedStore store;

    @BeforeEach
    void begin() {
        path = directory.resolve("store");
        store = open(path);
    }

    @AfterEach
    void end() {
        store.close();
    }

    private EmbeddedStore open(Path path) {
        EmbeddedOptions options = new EmbeddedOptions(path, Duration.ofMinutes(5), 10 * SEGMENT_BYTES, clock);
        return EmbeddedStore.open(options, journal -> journal, SEGMENT_BYTES);
    }

    private static byte[] value(int seed) {
        byte[] value = new byte[VALUE_BYTES];
        new Random(seed).nextBytes(value);
        return value;
    }

    private void put(int times) {
        for (int i = 0; i < times; i++) {
            long next = store.currentRevision().value() + 1;
            store.commit(Write.put("/" + next % 5, null, value((int) next)));
        }
    }

    private static List<Path> files(Path path, String suffix) throws IOException {
        try (Stream<Path> files = Files.list(path)) {
            return files.filter(file -> file.getFileName().toString().endsWith(suffix))
                    .sorted()
                    .toList();
        }
    }

    private Set<Object> identities(String suffix) throws IOException {
        Set<Object> keys = new HashSet<>();
        for (Path file : files(path, suffix)) {
            keys.add(Files.readAttributes(file, BasicFileAttributes.class).fileKey());
        }
        return keys;
    }

    private long bytes(String suffix) throws IOException {
        long bytes = 0;
        for (Path file : files(path, suffix)) {
            bytes += Files.size(file);
        }
        return bytes;
    }

    /** A head in a used file, of which only the begin is written over. */
    private Path usedHead() throws IOException {
        put(60);
        store.compact(store.currentRevision());
        int segments = files(path, ".segment").size();
        while (files(path, ".segment").size() == segments) {
            put(1);
        }
        put(2);
        Path head = files(path, ".segment").getLast();
        assertThat(Files.size(head)).isGreaterThanOrEqualTo(SEGMENT_BYTES);
        return head;
    }

    /** What a death would leave; the indexes may be written at any moment, so they aren't there. */
    private Path killed(String name) throws IOException {
        Path copy = Files.createDirectories(directory.resolve(name));
        for (String suffix : List.of(".segment", ".spare")) {
            for (Path file : files(path, suffix)) {
                Files.copy(file, copy.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
            }
        }
        return copy;
    }

    private void check(EmbeddedStore other, long revision) {
        assertThat(other.currentRevision()).isEqualTo(new Revision(revision));
        List<KeyValue> items = other.range("/", "0", Revision.NONE, 0).items();
        assertThat(items).hasSize(5).allSatisfy(item -> {
            long modified = item.modified().value();
            assertThat(modified).isGreaterThan(revision - 5);
            assertThat(item.key()).isEqualTo("/" + modified % 5);
            assertThat(item.value()).isEqualTo(value((int) modified));
        });
    }

    @Test
    void newSegmentsAreWrittenOverThoseThatAreGone() throws IOException {
        put(60);
        Set<Object> before = identities(".segment");
        store.compact(store.currentRevision());
        Set<Object> spares = identities(".spare");
        assertThat(spares).isNotEmpty().isSubsetOf(before);
        put(14);
        assertThat(identities(".segment")).containsAnyElementsOf(spares);
        assertThat(identities(".spare")).hasSizeLessThan(spares.size());
        put(200);
        check(store, store.currentRevision().value());
        store.close();
        assertThat(files(path, ".spare")).isEmpty();
        store = open(path);
        check(store, 275);
    }

    @Test
    void whatAFileHeldBeforeIsNotTakenForItsOwnAfterADeath() throws IOException {
        usedHead();
        long revision = store.currentRevision().value();
        try (EmbeddedStore other = open(killed("killed"))) {
            check(other, revision);
            assertThat(files(directory.resolve("killed"), ".spare")).isEmpty();
            for (long next = revision + 1; next < revision + 20; next++) {
                other.commit(Write.put("/" + next % 5, null, value((int) next)));
            }
        }
        try (EmbeddedStore other = open(directory.resolve("killed"))) {
            check(other, revision + 19);
        }
    }

    @Test
    void whatIsTornAndWhatIsDamagedIsToldApartThere() throws IOException {
        Path head = usedHead();
        int written = 3; // by usedHead
        long revision = store.currentRevision().value();
        int entry = LogEntry.HEADER + 2 + VALUE_BYTES;
        int last = Segment.HEADER + (written - 1) * entry;
        for (int at = last; at < last + entry; at += 7) {
            Path torn = killed("torn");
            damage(torn.resolve(head.getFileName()), at);
            try (EmbeddedStore other = open(torn)) {
                check(other, revision - 1);
            }
        }
        for (int at = Segment.HEADER; at < last; at += 7) {
            Path damaged = killed("damaged");
            damage(damaged.resolve(head.getFileName()), at);
            assertThatThrownBy(() -> open(damaged)).hasMessageContaining("is damaged at byte");
        }
    }

    private static void damage(Path file, int at) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        bytes[at] ^= 0x55;
        Files.write(file, bytes);
    }

    @Test
    void aUsedFileThatWasBegunAndNotWrittenToIsNoEndOfTheOneBefore() throws IOException {
        put(12);
        store.close();
        Path begun = files(path, ".segment").getFirst();
        Path spare = Files.copy(begun, path.resolve("0.spare"));
        Segment.reuse(path, spare, 3, 13, 1).close();
        assertThat(files(path, ".segment")).hasSize(3);
        try (EmbeddedStore other = open(path)) {
            check(other, 13);
            assertThat(files(path, ".segment")).hasSize(2);
        }
    }

    /** As after a try that failed when the directory was synced. */
    @Test
    void aFileThatIsTakenOutAlreadyIsNoReasonToRefuseWrites() throws IOException {
        put(60);
        Files.delete(files(path, ".segment").getFirst());
        store.compact(store.currentRevision());
        put(10);
        assertThat(store.refusesWrites()).isEmpty();
        check(store, 71);
    }

    @Test
    void aStoreThatIsWrittenToLessGivesThemBack() throws IOException {
        put(60);
        store.tick();
        store.compact(store.currentRevision());
        assertThat(files(path, ".spare")).isNotEmpty();
        now.updateAndGet(at -> at.plusSeconds(59));
        store.tick();
        assertThat(files(path, ".spare")).isNotEmpty();
        now.updateAndGet(at -> at.plusSeconds(1));
        store.tick();
        assertThat(files(path, ".spare")).isEmpty();
    }

    @Test
    void historyThatTakesTooMuchIsForgottenBeforeItsTime() throws IOException {
        for (int i = 0; i < 20; i++) {
            put(20);
            store.tick();
            assertThat(store.sizeBytes().orElseThrow() - bytes(".spare")).isLessThan(13 * SEGMENT_BYTES);
            assertThat(store.sizeBytes().orElseThrow())
                    .isLessThanOrEqualTo(bytes(".segment") + bytes(".spare"))
                    .isGreaterThan(bytes(".segment")
                            + bytes(".spare")
                            - Files.size(files(path, ".segment").getLast()));
        }
        long kept = store.currentRevision().value() - store.compactedRevision().value();
        assertThat(kept).isBetween(9L * SEGMENT_BYTES / 600, 11L * SEGMENT_BYTES / 560);
        Revision oldest = store.compactedRevision();
        for (KeyValue item : store.range("/", "0", oldest, 0).items()) {
            assertThat(item.value()).isEqualTo(value((int) item.modified().value()));
        }
    }

    @Test
    void aLittleHistoryIsKept() {
        put(60);
        store.tick();
        assertThat(store.compactedRevision()).isEqualTo(new Revision(1));
    }

    @Test
    void whatIsDueIsDoneAfterAQuietTimeToo() throws IOException {
        for (int round = 1; round <= 3; round++) {
            put(30);
            for (int i = 0; i < 12; i++) {
                store.tick();
            }
            assertThat(files(path, ".index"))
                    .hasSize(files(path, ".segment").size() - 1)
                    .hasSizeGreaterThan(2);
        }
        now.updateAndGet(at -> at.plus(Duration.ofMinutes(10)));
        store.tick();
        store.tick();
        now.updateAndGet(at -> at.plus(Duration.ofMinutes(10)));
        store.tick();
        assertThat(store.compactedRevision()).isEqualTo(store.currentRevision());
        assertThat(files(path, ".segment")).hasSizeLessThan(4);
    }
}
