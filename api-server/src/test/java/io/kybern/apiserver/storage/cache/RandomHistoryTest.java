package io.kybern.apiserver.storage.cache;

import static org.assertj.core.api.Assertions.assertThat;

import io.kybern.apiserver.storage.EncodedObject;
import io.kybern.apiserver.storage.KeyValueStoreContract;
import io.kybern.apiserver.storage.ObjectKey;
import io.kybern.apiserver.storage.ResourceStore.Change;
import io.kybern.apiserver.storage.ResourceStore.Snapshot;
import io.kybern.apiserver.storage.ResourceStore.Subscription;
import io.kybern.apiserver.storage.ResourceStore.WriteResult;
import io.kybern.apiserver.storage.Revision;
import io.kybern.apiserver.storage.Samples;
import io.kybern.apiserver.storage.StoredObject;
import io.kybern.apiserver.storage.embedded.EmbeddedOptions;
import io.kybern.apiserver.storage.embedded.EmbeddedStore;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random writers, readers and watchers at once. Afterwards: each watcher saw revisions that only rise, none twice, and what it
 * saw, applied to the snapshot that it started from, is each later snapshot; a snapshot read at the time equals the
 * one read at its revision afterwards. All that while what is past is packed, at once or beside it.
 */
class RandomHistoryTest {
    private static final int WRITERS = 8;
    private static final int WRITES_EACH = 150;
    /** Makes an object worth packing. */
    private static final String FILLER = "-".repeat(500);

    @TempDir
    private Path directory;

    private final Map<Revision, EncodedObject> written = new ConcurrentHashMap<>();

    /** A snapshot of the time and all that a watcher saw after it. */
    private record Observer(Snapshot start, Subscription watch, Semaphore wakes, List<Change> seen) {}

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void everyWatcherSeesTheSameHistory(long seed) throws InterruptedException {
        try (EmbeddedStore store = EmbeddedStore.open(EmbeddedOptions.of(directory));
                WatchCache cache = cache(store, seed % 2 == 0)) {
            ConcurrentLinkedQueue<Observer> observers = new ConcurrentLinkedQueue<>();
            AtomicInteger writer = new AtomicInteger();
            observers.add(observe(cache));
            KeyValueStoreContract.inParallel(WRITERS, () -> {
                Random random = new Random(seed * 1_000 + writer.incrementAndGet());
                for (int i = 0; i < WRITES_EACH; i++) {
                    write(cache, random);
                    if (random.nextInt(20) == 0) {
                        observers.add(observe(cache));
                    }
                    if (random.nextInt(10) == 0) {
                        observers.forEach(RandomHistoryTest::drain);
                    }
                }
            });
            Snapshot last = cache.snapshot();
            observers.forEach(RandomHistoryTest::drain);
            for (Observer observer : observers) {
                checkRises(observer);
                checkReplay(cache, observer, last);
                assertThat(observer.watch().progress()).isEqualTo(last.revision());
            }
        }
    }

    private static WatchCache cache(EmbeddedStore store, boolean packAtOnce) {
        CachedResource pods = new CachedResource("/registry/pods/", true, Optional.empty());
        HistoryLimits limits = new HistoryLimits(16 << 20, 0, HistoryLimits.OF_PROCESS.packing());
        return new WatchCache(store, pods, InstantSource.system(), 0, packAtOnce ? limits.atOnce() : limits);
    }

    private static Observer observe(WatchCache cache) {
        Snapshot start = cache.snapshot();
        Semaphore wakes = new Semaphore(1);
        Subscription watch = cache.watch(start.revision(), Samples.everything(""), wakes::release);
        return new Observer(start, watch, wakes, new ArrayList<>());
    }

    /** Polls only if it was woken: a wake that is lost shows as a gap. */
    private static void drain(Observer observer) {
        synchronized (observer) {
            if (!observer.wakes().tryAcquire()) {
                return;
            }
            List<Change> changes;
            do {
                changes = observer.watch().poll(7);
                observer.seen().addAll(changes);
            } while (!changes.isEmpty());
        }
    }

    private void write(WatchCache cache, Random random) {
        ObjectKey key = new ObjectKey("n" + random.nextInt(3), "o" + random.nextInt(10));
        EncodedObject object = Samples.object(key, random.nextInt() + FILLER);
        Optional<StoredObject> known = cache.get(key);
        WriteResult result = known.isEmpty()
                ? cache.create(key, object, 0)
                : random.nextInt(3) == 0
                        ? cache.delete(key, known.get().revision())
                        : cache.update(key, known.get().revision(), object, 0);
        if (result instanceof WriteResult.Done done) {
            written.put(done.object().revision(), object);
            assertThat(cache.snapshot().revision())
                    .isGreaterThanOrEqualTo(done.object().revision());
        }
    }

    private static void checkRises(Observer observer) {
        Revision last = observer.start().revision();
        for (Change change : observer.seen()) {
            assertThat(change.revision()).isGreaterThan(last);
            assertThat(change.object().revision()).isEqualTo(change.revision());
            last = change.revision();
        }
    }

    private void checkReplay(WatchCache cache, Observer observer, Snapshot last) {
        Map<ObjectKey, Revision> state = revisions(observer.start());
        assertThat(revisions(cache.snapshotAt(observer.start().revision()))).isEqualTo(state);
        long revision = observer.start().revision().value();
        for (Change change : observer.seen()) {
            assertThat(change.revision().value()).as("no gap").isEqualTo(++revision);
            Revision before = state.get(change.object().key());
            switch (change.type()) {
                case ADDED -> assertThat(before).isNull();
                case MODIFIED, DELETED -> assertThat(before).isNotNull();
            }
            if (change.type() == Change.Type.DELETED) {
                state.remove(change.object().key());
            } else {
                state.put(change.object().key(), change.revision());
                assertThat(change.object().holds(written.get(change.revision())))
                        .isTrue();
            }
            if (revision % 50 == 0) {
                assertThat(revisions(cache.snapshotAt(change.revision()))).isEqualTo(state);
            }
        }
        assertThat(state).isEqualTo(revisions(last));
    }

    private Map<ObjectKey, Revision> revisions(Snapshot snapshot) {
        Map<ObjectKey, Revision> revisions = new TreeMap<>();
        snapshot.iterate("", new ObjectKey("", "")).forEachRemaining(object -> {
            assertThat(object.holds(written.get(object.revision()))).isTrue();
            revisions.put(object.key(), object.revision());
        });
        return revisions;
    }
}
