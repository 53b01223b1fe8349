package io.kybern.apiserver.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kybern.apiserver.storage.KeyValueStore.CommitResult;
import io.kybern.apiserver.storage.KeyValueStore.CompactedException;
import io.kybern.apiserver.storage.KeyValueStore.Event;
import io.kybern.apiserver.storage.KeyValueStore.FutureRevisionException;
import io.kybern.apiserver.storage.KeyValueStore.KeyValue;
import io.kybern.apiserver.storage.KeyValueStore.RangeResult;
import io.kybern.apiserver.storage.KeyValueStore.Watch;
import io.kybern.apiserver.storage.KeyValueStore.Write;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** What every {@link KeyValueStore} promises. */
public abstract class KeyValueStoreContract {
    /** An empty store, the same during a test. */
    protected abstract KeyValueStore store();

    @Test
    void revisionsRiseByOneFromOne() {
        assertThat(store().currentRevision()).isEqualTo(new Revision(1));
        assertThat(put("/a", "1")).isEqualTo(new Revision(2));
        assertThat(put("/b", "1")).isEqualTo(new Revision(3));
        assertThat(store().currentRevision()).isEqualTo(new Revision(3));
    }

    @Test
    void aCreateThatFindsTheKeyTellsWhatIsThere() {
        Revision created = put("/a", "1");
        assertThat(store().commit(Write.put("/a", Revision.NONE, bytes("2"))))
                .isInstanceOfSatisfying(CommitResult.Conflict.class, conflict -> {
                    assertThat(conflict.key()).isEqualTo("/a");
                    assertThat(text(conflict.actual().orElseThrow())).isEqualTo("1");
                    assertThat(conflict.actual().orElseThrow().modified()).isEqualTo(created);
                });
        assertThat(store().currentRevision()).isEqualTo(created);
    }

    @Test
    void anUpdateNeedsTheRevisionThatItSaw() {
        Revision created = put("/a", "1");
        Revision updated = committed(store().commit(Write.put("/a", created, bytes("2"))));
        assertThat(store().commit(Write.put("/a", created, bytes("3")))).isInstanceOf(CommitResult.Conflict.class);
        KeyValue now = store().get("/a", Revision.NONE).orElseThrow();
        assertThat(text(now)).isEqualTo("2");
        assertThat(now.created()).isEqualTo(created);
        assertThat(now.modified()).isEqualTo(updated);
    }

    @Test
    void aDeleteOfAMissingKeyConflictsOrDoesNothing() {
        assertThat(store().commit(Write.delete("/a", new Revision(1))))
                .isEqualTo(new CommitResult.Conflict("/a", Optional.empty()));
        assertThat(committed(store().commit(Write.delete("/a", null)))).isEqualTo(new Revision(1));
    }

    @Test
    void aTransactionIsOneRevisionOrNothing() {
        Revision both = committed(store().commit(List.of(
                Write.put("/a", Revision.NONE, bytes("1")), Write.put("/b", Revision.NONE, bytes("1")))));
        assertThat(both).isEqualTo(new Revision(2));
        assertThat(store().commit(List.of(
                        Write.put("/c", Revision.NONE, bytes("1")), Write.delete("/a", new Revision(1)))))
                .isInstanceOf(CommitResult.Conflict.class);
        assertThat(store().get("/c", Revision.NONE)).isEmpty();
    }

    @Test
    void aKeyThatIsMadeAgainIsNew() {
        Revision first = put("/a", "1");
        committed(store().commit(Write.delete("/a", first)));
        Revision second = put("/a", "2");
        assertThat(store().get("/a", Revision.NONE).orElseThrow().created()).isEqualTo(second);
    }

    @Test
    void rangesAreOrderedAndPaged() {
        for (String key : List.of("/r/c", "/r/a", "/r/b", "/s/a", "/r", "/r0")) {
            put(key, key);
        }
        RangeResult page = store().range("/r/", "/r0", Revision.NONE, 2);
        assertThat(page.items()).extracting(KeyValue::key).containsExactly("/r/a", "/r/b");
        assertThat(page.more()).isTrue();
        RangeResult rest = store().range("/r/b\0", "/r0", page.revision(), 2);
        assertThat(rest.items()).extracting(KeyValue::key).containsExactly("/r/c");
        assertThat(rest.more()).isFalse();
        assertThat(store().range("/r/", "/r0", Revision.NONE, 3).more()).isFalse();
        assertThat(store().count("/r/", "/r0")).isEqualTo(3);
    }

    @Test
    void thePastCanBeRead() {
        Revision one = put("/a", "1");
        Revision two = committed(store().commit(Write.put("/a", one, bytes("2"))));
        Revision gone = committed(store().commit(Write.delete("/a", two)));
        for (int i = 0; i < 20; i++) {
            committed(store().commit(Write.put("/b", null, bytes("b" + i))));
        }
        assertThat(text(store().get("/a", one).orElseThrow())).isEqualTo("1");
        assertThat(text(store().get("/a", two).orElseThrow())).isEqualTo("2");
        assertThat(store().get("/a", gone)).isEmpty();
        assertThat(store().range("/", "0", two, 0).items())
                .extracting(KeyValueStoreContract::text)
                .containsExactly("2");
        assertThat(store().range("/", "0", Revision.NONE, 0).items())
                .extracting(KeyValueStoreContract::text)
                .containsExactly("b19");
    }

    @Test
    void theFutureCanNot() {
        assertThatThrownBy(() -> store().get("/a", new Revision(9))).isInstanceOf(FutureRevisionException.class);
    }

    @Test
    void compactionForgetsThePastAndKeepsTheNewest() {
        Revision one = put("/a", "1");
        Revision two = committed(store().commit(Write.put("/a", one, bytes("2"))));
        put("/gone", "x");
        Revision deleted = committed(store().commit(Write.delete("/gone", null)));
        Revision three = committed(store().commit(Write.put("/a", two, bytes("3"))));
        store().compact(deleted);
        assertThat(store().compactedRevision()).isEqualTo(deleted);
        assertThatThrownBy(() -> store().get("/a", two)).isInstanceOf(CompactedException.class);
        assertThatThrownBy(() -> store().watch("/", two, new Recorder())).isInstanceOf(CompactedException.class);
        assertThat(text(store().get("/a", deleted).orElseThrow())).isEqualTo("2");
        assertThat(store().get("/gone", deleted)).isEmpty();
        assertThat(text(store().get("/a", three).orElseThrow())).isEqualTo("3");
        Recorder recorder = new Recorder();
        try (Watch watch = store().watch("/", deleted, recorder)) {
            recorder.await(1);
            assertThat(watch.progress().isAfter(deleted)).isTrue();
        }
    }

    @Test
    void aWatchDeliversPastAndPresentOnce() throws Exception {
        Revision one = put("/w/a", "1");
        put("/x/a", "other");
        put("/w/b", "2");
        Recorder recorder = new Recorder();
        try (Watch watch = store().watch("/w/", one, recorder)) {
            put("/w/c", "3");
            Revision last = committed(store().commit(Write.delete("/w/a", null)));
            assertThat(watch.awaitProgress(last, Duration.ofSeconds(10))).isTrue();
            assertThat(watch.awaitProgress(new Revision(last.value() + 1), Duration.ofMillis(1)))
                    .isFalse();
        }
        assertThat(recorder.events).extracting(Event::key).containsExactly("/w/b", "/w/c", "/w/a");
        assertThat(recorder.events)
                .extracting(Event::type)
                .containsExactly(Event.Type.PUT, Event.Type.PUT, Event.Type.DELETE);
        assertThat(recorder.events.getFirst().created())
                .isEqualTo(recorder.events.getFirst().revision());
    }

    @Test
    void manyWritersOfOneKeyLoseNoUpdate() throws Exception {
        put("/n", "0");
        int writers = 16;
        int rounds = 20;
        AtomicInteger conflicts = new AtomicInteger();
        inParallel(writers, () -> {
            for (int i = 0; i < rounds; i++) {
                while (true) {
                    KeyValue seen = store().get("/n", Revision.NONE).orElseThrow();
                    byte[] next = bytes(String.valueOf(Integer.parseInt(text(seen)) + 1));
                    if (store().commit(Write.put("/n", seen.modified(), next)) instanceof CommitResult.Committed) {
                        break;
                    }
                    conflicts.incrementAndGet();
                }
            }
        });
        assertThat(text(store().get("/n", Revision.NONE).orElseThrow())).isEqualTo(String.valueOf(writers * rounds));
        assertThat(store().currentRevision()).isEqualTo(new Revision(2L + writers * rounds));
    }

    protected final Revision put(String key, String value) {
        return committed(store().commit(Write.put(key, null, bytes(value))));
    }

    protected static Revision committed(CommitResult result) {
        assertThat(result).isInstanceOf(CommitResult.Committed.class);
        return ((CommitResult.Committed) result).revision();
    }

    @Test
    void whoIsShownAChangeFindsAllOthersThatAreAsOld() throws Exception {
        AtomicReference<Revision> other = new AtomicReference<>(Revision.NONE);
        CompletableFuture<List<Revision>> seen = new CompletableFuture<>();
        KeyValueStore.WatchListener first = new KeyValueStore.WatchListener() {
            @Override
            public void onEvents(List<Event> batch) {}

            @Override
            public void onShown() {
                seen.complete(List.of(store().shown(), other.get()));
            }

            @Override
            public void onClosed(Throwable cause) {
                seen.completeExceptionally(cause);
            }
        };
        KeyValueStore.WatchListener second = new KeyValueStore.WatchListener() {
            @Override
            public void onEvents(List<Event> batch) {
                other.set(batch.getLast().revision());
            }

            @Override
            public void onClosed(Throwable cause) {
                seen.completeExceptionally(cause);
            }
        };
        Revision start = store().currentRevision();
        try (Watch one = store().watch("/a/", start, first);
                Watch two = store().watch("/b/", start, second)) {
            Revision written = committed(
                    store().commit(List.of(Write.put("/a/x", null, bytes("1")), Write.put("/b/x", null, bytes("1")))));
            assertThat(seen.get(20, TimeUnit.SECONDS)).containsExactly(written, written);
            assertThat(one.awaitProgress(written, Duration.ofSeconds(20))).isTrue();
            assertThat(two.progress()).isEqualTo(written);
        }
    }

    protected static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    protected static String text(KeyValue item) {
        return new String(item.value(), StandardCharsets.UTF_8);
    }

    /** Runs a task on virtual threads and fails if one does. */
    public static void inParallel(int threads, Runnable task) throws InterruptedException {
        List<Throwable> failures = Collections.synchronizedList(new ArrayList<>());
        CountDownLatch done = new CountDownLatch(threads);
        for (int i = 0; i < threads; i++) {
            Thread.startVirtualThread(() -> {
                try {
                    task.run();
                } catch (Throwable e) {
                    failures.add(e);
                } finally {
                    done.countDown();
                }
            });
        }
        done.await();
        assertThat(failures).isEmpty();
    }

    /** Keeps what a watch delivers. */
    public static final class Recorder implements KeyValueStore.WatchListener {
        public final List<Event> events = new CopyOnWriteArrayList<>();
        private final Semaphore arrived = new Semaphore(0);

        @Override
        public void onEvents(List<Event> batch) {
            events.addAll(batch);
            arrived.release(batch.size());
        }

        @Override
        public void onClosed(Throwable cause) {
            throw new AssertionError(cause);
        }

        void await(int count) {
            arrived.acquireUninterruptibly(count);
        }
    }
}
