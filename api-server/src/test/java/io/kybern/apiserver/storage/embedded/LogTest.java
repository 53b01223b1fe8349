package io.kybern.apiserver.storage.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kybern.apiserver.storage.KeyValueStore.Event;
import io.kybern.apiserver.storage.KeyValueStore.KeyValue;
import io.kybern.apiserver.storage.KeyValueStore.WatchListener;
import io.kybern.apiserver.storage.KeyValueStore.Write;
import io.kybern.apiserver.storage.KeyValueStoreContract.Recorder;
import io.kybern.apiserver.storage.Revision;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a store finds in its files after they were cut, damaged, or given back. */
class LogTest {
    private static final int SMALL_SEGMENTS = 2_000;

    @TempDir
    private Path directory;

    private static EmbeddedStore open(Path directory) {
        return EmbeddedStore.open(EmbeddedOptions.of(directory), journal -> journal, SMALL_SEGMENTS);
    }

    private static byte[] value(int seed, int length) {
        byte[] value = new byte[length];
        new Random(seed).nextBytes(value);
        return value;
    }

    private static Path segment(Path directory, int number) {
        return directory.resolve("%08d.segment".formatted(number));
    }

    private static long spareBytes(Path directory) throws IOException {
        long bytes = 0;
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.filter(SpareFiles::isSpare).toList()) {
                bytes += Files.size(file);
            }
        }
        return bytes;
    }

    private Path copy(String name) throws IOException {
        Path copy = Files.createDirectories(directory.resolve(name));
        try (Stream<Path> files = Files.list(directory.resolve("store"))) {
            for (Path file : files.toList()) {
                Files.copy(file, copy.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
            }
        }
        return copy;
    }

    /** A store with four transactions, the last of two writes; returns where each of them ends in its only segment. */
    private int[] written() throws IOException {
        int[] ends = new int[5];
        Path store = directory.resolve("store");
        try (VersionedData data = new VersionedData(store, EmbeddedStore.SEGMENT_BYTES)) {
            KeyState before = null;
            for (int i = 0; i < 5; i++) {
                ends[i] = data.log().head().end();
                KeyState state = new KeyState(2, i + 2, KeyState.FOREVER);
                if (i < 3) {
                    data.write(List.of(new Change("/a", i + 2, value(i, 20), before, state)));
                } else if (i == 3) {
                    KeyState other = new KeyState(5, 5, KeyState.FOREVER);
                    data.write(List.of(
                            new Change("/a", 5, value(i, 20), before, state),
                            new Change("/b", 5, value(9, 10), null, other)));
                }
                before = state;
            }
        }
        Files.delete(store.resolve("00000001.index"));
        return ends;
    }

    @Test
    void whereverTheFileWasCutOffAllTransactionsBeforeAreThereAndWritingGoesOn() throws IOException {
        int[] ends = written();
        byte[] whole = Files.readAllBytes(segment(directory.resolve("store"), 1));
        assertThat(whole).hasSize(ends[4]);
        for (int length = Segment.HEADER; length <= whole.length; length++) {
            int transactions = 0;
            while (transactions < 4 && ends[transactions + 1] <= length) {
                transactions++;
            }
            Path cut = copy("cut");
            Files.write(segment(cut, 1), Arrays.copyOf(whole, length));
            for (boolean again : new boolean[] {false, true}) {
                try (EmbeddedStore store = open(cut)) {
                    assertThat(store.currentRevision().value())
                            .as("cut at %d", length)
                            .isEqualTo(1L + transactions + (again ? 1 : 0));
                    assertThat(store.get("/a", Revision.NONE).map(KeyValue::modified))
                            .isEqualTo(
                                    transactions == 0 ? Optional.empty() : Optional.of(new Revision(1 + transactions)));
                    assertThat(store.count("/b", "/c")).isEqualTo(transactions == 4 ? 1 : 0);
                    if (!again) {
                        store.commit(Write.put("/next", Revision.NONE, value(1, 5)));
                    }
                }
                Files.deleteIfExists(cut.resolve("00000001.index"));
            }
        }
    }

    @Test
    void whatIsTornOutOfTheLastBatchUndoesTheRestOfIt() throws IOException {
        int[] ends = written();
        byte[] whole = Files.readAllBytes(segment(directory.resolve("store"), 1));
        for (int at = ends[3]; at < whole.length; at++) {
            Path torn = copy("torn");
            byte[] bytes = whole.clone();
            bytes[at] ^= 0x55;
            Files.write(segment(torn, 1), bytes);
            try (EmbeddedStore store = open(torn)) {
                assertThat(store.currentRevision()).as("torn at %d", at).isEqualTo(new Revision(4));
            }
        }
    }

    @Test
    void damageBeforeWhatWasWrittenLaterIsNotTakenForTheEnd() throws IOException {
        int[] ends = written();
        byte[] whole = Files.readAllBytes(segment(directory.resolve("store"), 1));
        for (int at = Segment.HEADER; at < ends[3]; at++) {
            Path damaged = copy("damaged");
            byte[] bytes = whole.clone();
            bytes[at] ^= 0x55;
            Files.write(segment(damaged, 1), bytes);
            assertThatThrownBy(() -> open(damaged))
                    .as("damaged at %d", at)
                    .isInstanceOf(DataDirectoryException.class)
                    .hasMessageContaining("is damaged at byte");
        }
    }

    @Test
    void aSegmentThatIsMissingOrDamagedIsToldOf() throws IOException {
        Path path = directory.resolve("store");
        try (EmbeddedStore store = open(path)) {
            for (int i = 0; i < 20; i++) {
                store.commit(Write.put("/" + i, Revision.NONE, value(i, 500)));
            }
        }
        assertThat(segment(path, 4)).exists();
        Path damaged = copy("damaged");
        byte[] bytes = Files.readAllBytes(segment(damaged, 2));
        bytes[bytes.length - 1] ^= 1;
        Files.write(segment(damaged, 2), bytes);
        assertThatThrownBy(() -> open(damaged)).hasMessageContaining("00000002.segment is damaged at byte");
        Path missing = copy("missing");
        Files.delete(segment(missing, 2));
        assertThatThrownBy(() -> open(missing)).hasMessageContaining("a segment of the log is missing");
    }

    @Test
    void aSegmentThatWasBegunAndNotWrittenToIsNoEndOfTheOneBefore() throws IOException {
        Path path = directory.resolve("store");
        try (EmbeddedStore store = open(path)) {
            store.commit(Write.put("/a", Revision.NONE, value(1, 500)));
        }
        Segment.create(path, 2, 2, 1).close();
        Files.write(segment(path, 1), new byte[1_000], StandardOpenOption.APPEND);
        try (EmbeddedStore store = open(path)) {
            store.commit(Write.put("/b", Revision.NONE, value(1, 500)));
        }
        try (EmbeddedStore store = open(path)) {
            assertThat(store.count("/", "0")).isEqualTo(2);
        }
    }

    @Test
    void aDamagedValueIsNotGivenOut() throws IOException {
        Path path = directory.resolve("store");
        try (EmbeddedStore store = open(path)) {
            store.commit(Write.put("/a", Revision.NONE, value(1, 500)));
        }
        byte[] bytes = Files.readAllBytes(segment(path, 1));
        bytes[bytes.length - 1] ^= 1;
        Files.write(segment(path, 1), bytes);
        try (EmbeddedStore store = open(path)) { // by the index
            assertThat(store.count("/", "0")).isEqualTo(1);
            assertThatThrownBy(() -> store.get("/a", Revision.NONE)).hasMessageContaining("is damaged");
        }
    }

    @Test
    void anIndexThatIsDamagedIsMadeUpFor() throws IOException {
        Path path = directory.resolve("store");
        try (EmbeddedStore store = open(path)) {
            store.commit(Write.put("/a", Revision.NONE, value(1, 500)));
        }
        Path index = path.resolve("00000001.index");
        byte[] bytes = Files.readAllBytes(index);
        bytes[bytes.length - 30] ^= 1;
        Files.write(index, bytes);
        try (EmbeddedStore store = open(path)) {
            assertThat(store.get("/a", Revision.NONE)).isPresent();
        }
    }

    @Test
    void roomIsGivenBackAndNothingThatLivesIsLost() throws IOException {
        Path path = directory.resolve("store");
        try (EmbeddedStore store = open(path)) {
            for (int i = 0; i < 10; i++) {
                store.commit(Write.put("/stays/" + i, Revision.NONE, value(i, 100)));
            }
            for (int i = 0; i < 300; i++) {
                store.commit(Write.put("/changes", null, value(i, 500)));
            }
            assertThat(store.sizeBytes().orElseThrow()).isGreaterThan(150_000);
            store.compact(store.currentRevision());
            assertThat(store.sizeBytes().orElseThrow() - spareBytes(path))
                    .isLessThan(2 * (10 * 200 + 600 + SMALL_SEGMENTS) + SMALL_SEGMENTS);
            assertThat(segment(path, 1)).doesNotExist();
        }
        for (boolean byIndex : new boolean[] {true, false}) {
            if (!byIndex) {
                try (Stream<Path> files = Files.list(path)) {
                    for (Path file : files.filter(SegmentIndex::isIndex).toList()) {
                        Files.delete(file);
                    }
                }
            }
            try (EmbeddedStore store = open(path)) {
                assertThat(store.currentRevision()).isEqualTo(new Revision(311));
                assertThat(store.compactedRevision()).isEqualTo(new Revision(311));
                List<KeyValue> all = store.range("/", "0", Revision.NONE, 0).items();
                assertThat(all).hasSize(11);
                for (int i = 0; i < 10; i++) {
                    assertThat(all.get(i + 1).value()).isEqualTo(value(i, 100));
                    assertThat(all.get(i + 1).modified()).isEqualTo(new Revision(2 + i));
                    assertThat(all.get(i + 1).created()).isEqualTo(new Revision(2 + i));
                }
            }
        }
    }

    /** Random writes, compactions and reopens against a model that remembers every state. */
    @Test
    void everyStateThatIsNotCompactedCanBeReadAndWatched() {
        for (int seed = 0; seed < 20; seed++) {
            Random random = new Random(seed);
            TreeMap<Long, TreeMap<String, byte[]>> states = new TreeMap<>(Map.of(1L, new TreeMap<>()));
            List<Event> history = new ArrayList<>();
            Path path = directory.resolve("model" + seed);
            EmbeddedStore store = open(path);
            store.watch("/", new Revision(1), new Collecting(history));
            for (int step = 0; step < 300; step++) {
                TreeMap<String, byte[]> next = new TreeMap<>(states.lastEntry().getValue());
                switch (random.nextInt(20)) {
                    case 0 -> {
                        store.close();
                        store = open(path);
                        store.watch("/", store.currentRevision(), new Collecting(history));
                    }
                    case 1 ->
                        store.compact(
                                new Revision(Math.max(1, store.currentRevision().value() - random.nextInt(30))));
                    case 2 -> checkPast(store, states, history, random);
                    default -> {
                        String key = "/" + random.nextInt(12);
                        if (random.nextInt(4) > 0) {
                            byte[] value = value(step, random.nextInt(300));
                            store.commit(Write.put(key, null, value));
                            next.put(key, value);
                        } else {
                            store.commit(Write.delete(key, null));
                            next.remove(key);
                        }
                        states.put(store.currentRevision().value(), next);
                    }
                }
            }
            checkPast(store, states, history, random);
            store.close();
        }
    }

    private record Collecting(List<Event> events) implements WatchListener {
        @Override
        public void onEvents(List<Event> more) {
            events.addAll(more);
        }

        @Override
        public void onClosed(Throwable cause) {
            throw new AssertionError(cause);
        }
    }

    private static void checkPast(
            EmbeddedStore store, TreeMap<Long, TreeMap<String, byte[]>> states, List<Event> history, Random random) {
        long compacted = store.compactedRevision().value();
        for (long at = compacted; at <= store.currentRevision().value(); at++) {
            String from = "/" + random.nextInt(10);
            TreeMap<String, byte[]> expected = states.floorEntry(at).getValue();
            List<KeyValue> items = store.range(from, "0", new Revision(at), 0).items();
            assertThat(items.stream().map(KeyValue::key))
                    .as("at %d", at)
                    .containsExactlyElementsOf(expected.tailMap(from).keySet());
            assertThat(items).allSatisfy(item -> assertThat(item.value()).isEqualTo(expected.get(item.key())));
        }
        long after = compacted + random.nextLong(store.currentRevision().value() - compacted + 1);
        Recorder recorder = new Recorder();
        store.watch("/", new Revision(after), recorder).close();
        assertThat(recorder.events)
                .usingRecursiveComparison()
                .isEqualTo(history.stream()
                        .filter(event -> event.revision().value() > after)
                        .toList());
    }
}
