package io.kybern.apiserver.storage.cache;

import static org.assertj.core.api.Assertions.assertThat;

import io.kybern.apiserver.storage.EncodedObject;
import io.kybern.apiserver.storage.ObjectKey;
import io.kybern.apiserver.storage.OrderedMap;
import io.kybern.apiserver.storage.Revision;
import io.kybern.apiserver.storage.StoredObject;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChangeWindowTest {
    private static final int SIZE = 10_000;
    private static final int OBJECTS = 20;
    private static final HistoryLimits MEGABYTE = new HistoryLimits(1 << 20, 64 << 10, Runnable::run);

    private final List<Runnable> waiting = new ArrayList<>();
    private final List<Entry> entries = new ArrayList<>();
    private final OrderedMap<ObjectKey, StoredObject> nothing = OrderedMap.ofSorted(List.of());
    private CacheState state = start(0);

    private CacheState start(long revision) {
        Entry start = new Entry(revision, new Revision(revision), null, null, nothing, 0);
        return new CacheState(start, nothing);
    }

    /** Objects that are alike but for a number, or each another. */
    private static EncodedObject object(int number, boolean alike) {
        Random random = new Random(alike ? 1 : number);
        StringBuilder json = new StringBuilder("{\"metadata\":{},\"number\":" + number + ",\"rest\":\"");
        while (json.length() < SIZE) {
            json.append((char) ('a' + random.nextInt(26)));
        }
        return new EncodedObject(
                json.append("\"}").toString().getBytes(StandardCharsets.UTF_8), 0, 13, Map.of(), Map.of());
    }

    private void put(ChangeWindow window, String name, EncodedObject object) {
        ObjectKey key = new ObjectKey("default", name);
        long sequence = state.last().sequence + 1;
        StoredObject previous = state.objects().get(key);
        StoredObject current = StoredObject.of(key, new Revision(sequence), object);
        append(window, sequence, current, previous, state.objects().with(key, current));
    }

    private void delete(ChangeWindow window, String name) {
        ObjectKey key = new ObjectKey("default", name);
        append(
                window,
                state.last().sequence + 1,
                null,
                state.objects().get(key),
                state.objects().without(key));
    }

    private void append(
            ChangeWindow window,
            long sequence,
            @Nullable StoredObject current,
            @Nullable StoredObject previous,
            OrderedMap<ObjectKey, StoredObject> objects) {
        Entry entry = new Entry(
                sequence,
                new Revision(sequence),
                current,
                previous,
                Entry.keepsState(sequence) ? objects : null,
                sequence / 1_000);
        state = new CacheState(entry, objects);
        entries.add(entry);
        window.append(entry);
    }

    private static int kept(ChangeWindow window) {
        int count = 0;
        for (Entry entry = window.oldest(); entry.next != null; entry = entry.next) {
            count++;
        }
        return count;
    }

    /** All changes of some objects, and what has to be there before each of them. */
    private void update(ChangeWindow window, int times, boolean alike) {
        for (int i = 0; i < times; i++) {
            put(window, "o" + i % OBJECTS, object(i, alike));
        }
    }

    @Test
    void whatDiffersLittleIsKeptManyTimesAsLong() {
        ChangeWindow window = new ChangeWindow(state.last(), MEGABYTE);
        update(window, 5_000, false);
        int whole = kept(window);
        assertThat(whole).isBetween(80, 102);

        state = start(0);
        entries.clear();
        window = new ChangeWindow(state.last(), MEGABYTE);
        update(window, 5_000, true);
        // A frame each 33 revisions, 350 bytes for each of the others.
        assertThat(kept(window)).isBetween(whole * 14, whole * 18);
        List<Entry> last = entries.subList(entries.size() - kept(window), entries.size());
        for (Entry entry : last) {
            assertThat(entry.current.holds(object((int) entry.sequence - 1, true)))
                    .isTrue();
        }
    }

    @ParameterizedTest
    @CsvSource({"true, 1300, 1500", "false, 80, 102"})
    void theLastOfDeletedOnesIsPackedByAnother(boolean alike, int least, int most) {
        ChangeWindow window = new ChangeWindow(state.last(), MEGABYTE);
        for (int i = 0; i < 3_000; i++) {
            put(window, "o" + i, object(i, alike));
            delete(window, "o" + i);
        }
        assertThat(kept(window) / 2).isBetween(least, most);
        Entry oldest = entries.get(entries.size() - kept(window) + 1);
        assertThat(oldest.previous == null ? oldest.current : oldest.previous)
                .matches(object -> object.holds(object((int) (oldest.sequence - 1) / 2, alike)));
    }

    @Test
    void nothingIsPackedWhileThereIsLittleAndTheNewestNever() {
        ChangeWindow window = new ChangeWindow(state.last(), new HistoryLimits(1 << 20, 64 << 10, waiting::add));
        update(window, OBJECTS + 11, true);
        assertThat(waiting).isEmpty();
        update(window, 200, true);
        assertThat(waiting).as("one at a time").hasSize(1);
        int before = kept(window);
        waiting.remove(0).run();
        assertThat(entries.getLast().held).isGreaterThan(SIZE);
        assertThat(entries.get(entries.size() - 6).held).isGreaterThan(SIZE);
        assertThat(entries.get(entries.size() - 8).held).isLessThan(1_000);
        update(window, 80, true);
        assertThat(kept(window)).as("there is room again").isEqualTo(before + 80);
    }

    @Test
    void eachRevisionIsFoundAndTheStateAfterIt() {
        ChangeWindow window = new ChangeWindow(state.last(), new HistoryLimits(1 << 24, 0, Runnable::run));
        update(window, 3_000, true);
        for (Entry entry : entries) {
            assertThat(window.at(entry.revision)).isSameAs(entry);
        }
        for (int i = 100; i < 3_000; i += 97) {
            Optional<OrderedMap<ObjectKey, StoredObject>> then = state.after(entries.get(i));
            assertThat(then.orElseThrow().get(new ObjectKey("default", "o" + i % OBJECTS)))
                    .isSameAs(entries.get(i).current);
            assertThat(then.orElseThrow().get(new ObjectKey("default", "o" + (i + 1) % OBJECTS)))
                    .isSameAs(entries.get(i + 1 - OBJECTS).current);
        }
    }

    @Test
    void whatIsDroppedIsNotFound() {
        ChangeWindow window = new ChangeWindow(state.last(), MEGABYTE);
        update(window, 3_000, true);
        int dropped = entries.size() - kept(window) - 1;
        assertThat(dropped).isPositive();
        assertThat(window.at(entries.get(dropped - 1).revision)).isSameAs(Entry.DROPPED);
        assertThat(window.at(entries.get(dropped).revision)).isSameAs(entries.get(dropped));
        assertThat(window.oldestRevision()).isEqualTo(entries.get(dropped).revision);
    }

    @Test
    void aPastThatIsPutBeforeIsFoundToo() {
        ChangeWindow past = new ChangeWindow(state.last(), MEGABYTE);
        update(past, 600, true);
        Entry load = new Entry(600, new Revision(600), null, null, state.objects(), 0);
        state = new CacheState(load, state.objects());
        ChangeWindow window = new ChangeWindow(load, MEGABYTE);
        update(window, 600, true);
        window.prepend(past, load);
        assertThat(window.oldestRevision()).isEqualTo(new Revision(0));
        for (Entry entry : entries) {
            Entry found = window.at(entry.revision);
            assertThat(found.revision).isEqualTo(entry.revision);
        }
    }
}
