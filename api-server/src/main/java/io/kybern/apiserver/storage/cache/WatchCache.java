package io.kybern.apiserver.storage.cache;

import io.kybern.apiserver.storage.EncodedObject;
import io.kybern.apiserver.storage.KeyValueStore;
import io.kybern.apiserver.storage.KeyValueStore.CommitResult;
import io.kybern.apiserver.storage.KeyValueStore.CompactedException;
import io.kybern.apiserver.storage.KeyValueStore.FutureRevisionException;
import io.kybern.apiserver.storage.KeyValueStore.Write;
import io.kybern.apiserver.storage.ObjectKey;
import io.kybern.apiserver.storage.OrderedMap;
import io.kybern.apiserver.storage.ResourceStore;
import io.kybern.apiserver.storage.Revision;
import io.kybern.apiserver.storage.StoredObject;
import java.lang.ref.SoftReference;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The objects of one resource as wire bytes in memory, kept current by a watch of the store.
 *
 * <p>An unused cache is a few empty maps: it loads on first use, which blocks its caller, or by {@link #load}; there is no thread
 * per resource. Only a few single objects are read past it before, where the store is embedded. It loads the state of a while ago and replays from there, so that watchers that come back after a restart
 * find the changes which they have missed.
 *
 * <p>Reads take no lock. The feed appends to the {@link ChangeWindow} on the store's thread, before the writer of the change is
 * answered where the store is embedded. A change is seen in the window when all readers see it, of this resource and of others.
 */
public final class WatchCache implements ResourceStore, AutoCloseable {
    /** How many revisions of the past are replayed at load, at most. */
    private static final long REPLAYED_AT_LOAD = 1_000;

    /** So many single objects are read before it is worth loading all: a start looks for its own among thousands. */
    private static final int FEW = 32;

    private final KeyValueStore store;
    private final CachedResource resource;
    private final InstantSource clock;
    private final long replayed;
    private final HistoryLimits limits;
    private final ObjectReader reader;
    private final EarlierChanges earlier;
    private final Subscriptions subscriptions = new Subscriptions();
    private final ReentrantLock loading = new ReentrantLock();
    private volatile Feed.@Nullable Running running;
    /** How often single objects were read from the store. */
    private final AtomicInteger readAlone = new AtomicInteger();
    /** The last state of the past that had to be read from the store: pages of one list ask for the same. */
    private volatile SoftReference<ObjectSnapshot> rebuilt = new SoftReference<>(null);

    public WatchCache(KeyValueStore store, CachedResource resource, InstantSource clock) {
        this(store, resource, clock, REPLAYED_AT_LOAD, HistoryLimits.OF_PROCESS);
    }

    WatchCache(KeyValueStore store, CachedResource resource, InstantSource clock, long replayed, HistoryLimits limits) {
        this.store = store;
        this.resource = resource;
        this.clock = clock;
        this.replayed = replayed;
        this.limits = limits;
        this.reader = new ObjectReader(store, resource, this::cached);
        this.earlier = new EarlierChanges(store, resource, reader, limits, clock);
    }

    /** A cache that knows nothing of what was before it is loaded: a watch from there on is told to list again. */
    public static WatchCache withoutPast(KeyValueStore store, CachedResource resource, InstantSource clock) {
        return new WatchCache(store, resource, clock, 0, HistoryLimits.OF_PROCESS);
    }

    /** Whether reads are served at once. */
    public boolean isLoaded() {
        return running != null;
    }

    /** Loads if it has not yet; blocks. */
    public void load() {
        running();
    }

    private Feed.Running running() {
        Feed.Running known = running;
        if (known != null) {
            return known;
        }
        loading.lock();
        try {
            Feed.Running started = running;
            while (started == null) {
                started = tryStart();
                running = started;
                if (started != null && started.feed().hasEnded()) { // before it was known to be ours
                    running = null;
                    started = null;
                }
            }
            return started;
        } finally {
            loading.unlock();
        }
    }

    /** Null when the past was compacted away in between. */
    private Feed.@Nullable Running tryStart() {
        long compacted = store.compactedRevision().value();
        Revision from = new Revision(Math.max(compacted, store.currentRevision().value() - replayed));
        try {
            OrderedMap<ObjectKey, StoredObject> objects = reader.all(from);
            Entry start = new Entry(0, from, null, null, objects, clock.millis());
            Feed feed = new Feed(
                    new CacheState(start, objects), limits, resource, subscriptions, clock, store::shown, this::unload);
            return new Feed.Running(feed, store.watch(resource.prefix(), from, feed));
        } catch (CompactedException e) {
            return null;
        }
    }

    /** The watch ended: the next reader loads again, watchers have to start over. */
    private void unload(Feed feed) {
        Feed.Running known = running;
        if (known != null && known.feed() == feed) {
            running = null;
            subscriptions.loseAll(feed.settled().revision());
        }
    }

    @Override
    public boolean shared() {
        return store.shared();
    }

    @Override
    public void refresh() {
        running();
        store.awaitNewest();
    }

    @Override
    public Snapshot snapshot() {
        Feed feed = running().feed();
        Revision shown = feed.revision(); // first: the state read next is not older
        CacheState settled = feed.settled();
        return new ObjectSnapshot(CacheSubscription.max(shown, settled.revision()), settled.objects());
    }

    @Override
    public Revision lastChange() {
        return running().feed().settled().revision();
    }

    @Override
    public Snapshot snapshotAt(Revision revision) {
        Feed.Running now = running();
        Revision compacted = store.compactedRevision();
        if (compacted.isAfter(revision)) { // even if the window still has it: all resources expire at the same moment
            throw new CompactedException(compacted);
        }
        Revision shown = now.feed().revision();
        CacheState settled = now.feed().settled();
        if (!settled.revision().isAfter(revision)) {
            Revision newest = CacheSubscription.max(shown, settled.revision());
            if (revision.isAfter(newest)) {
                throw new FutureRevisionException(revision, newest);
            }
            return new ObjectSnapshot(revision, settled.objects());
        }
        Entry entry = now.feed().window.at(revision);
        return (entry == Entry.DROPPED ? Optional.<OrderedMap<ObjectKey, StoredObject>>empty() : settled.after(entry))
                .<Snapshot>map(objects -> new ObjectSnapshot(revision, objects))
                .orElseGet(() -> rebuild(revision));
    }

    private Snapshot rebuild(Revision revision) {
        ObjectSnapshot known = rebuilt.get();
        if (known != null && known.revision().equals(revision)) {
            return known;
        }
        ObjectSnapshot snapshot = new ObjectSnapshot(revision, reader.all(revision));
        rebuilt = new SoftReference<>(snapshot);
        return snapshot;
    }

    @Override
    public boolean awaitRevision(Revision revision, Duration timeout) throws InterruptedException {
        Feed.Running now = running();
        return !revision.isAfter(now.feed().revision()) || now.watch().awaitProgress(revision, timeout);
    }

    @Override
    public boolean reaches(Revision after) {
        Feed.Running now = running;
        if (now == null || replayed == 0) {
            return true;
        }
        return earlier.isIn(now.feed().window, after);
    }

    @Override
    public void reachBack(Revision after) {
        Feed.Running now = running();
        loading.lock();
        try {
            if (!reaches(after)) {
                earlier.prependTo(now.feed().window, after);
            }
        } finally {
            loading.unlock();
        }
    }

    @Override
    public Optional<StoredObject> get(ObjectKey key) {
        if (running == null && !store.shared() && readAlone.getAndIncrement() < FEW) {
            return reader.newest(key);
        }
        return Optional.ofNullable(running().feed().settled().objects().get(key));
    }

    @Override
    public WriteResult create(ObjectKey key, EncodedObject object, long leaseSeconds) {
        return switch (put(key, Revision.NONE, object, leaseSeconds)) {
            case CommitResult.Committed committed -> done(key, committed.revision(), object);
            case CommitResult.Conflict conflict ->
                new WriteResult.Exists(reader.decode(conflict.actual().orElseThrow()));
        };
    }

    @Override
    public WriteResult update(ObjectKey key, Revision expected, EncodedObject object, long leaseSeconds) {
        requireExisting(expected);
        return switch (put(key, expected, object, leaseSeconds)) {
            case CommitResult.Committed committed -> done(key, committed.revision(), object);
            case CommitResult.Conflict conflict -> refused(conflict);
        };
    }

    @Override
    public WriteResult delete(ObjectKey key, Revision expected) {
        requireExisting(expected);
        Optional<StoredObject> last =
                cached(key).filter(object -> object.revision().equals(expected)).or(() -> reader.newest(key));
        return switch (store.commit(Write.delete(resource.storeKey(key), expected))) {
            case CommitResult.Committed committed ->
                new WriteResult.Done(last.orElseThrow().withRevision(committed.revision()));
            case CommitResult.Conflict conflict -> refused(conflict);
        };
    }

    private CommitResult put(ObjectKey key, Revision expected, EncodedObject object, long leaseSeconds) {
        byte[] value = switch (store.form()) {
            case OWN -> StoredValue.encode(object);
            case JSON -> object.json();
            case PROTOBUF -> resource.toProtobuf().apply(object.json());
        };
        String storeKey = resource.storeKey(key);
        if (!WriteLimit.surelyTakes(storeKey, object.json().length)) {
            long size =
                    store.shared() ? value.length : resource.sizeInOriginal().applyAsLong(object.json());
            WriteLimit.check(storeKey, expected, size, leaseSeconds > 0, store.shared());
        }
        return store.commit(new Write.Put(storeKey, expected, value, object, leaseSeconds));
    }

    private static void requireExisting(Revision expected) {
        if (expected.equals(Revision.NONE)) {
            throw new IllegalArgumentException("an update or delete expects a revision");
        }
    }

    private WriteResult done(ObjectKey key, Revision revision, EncodedObject object) {
        return new WriteResult.Done(cached(key)
                .filter(seen -> seen.revision().equals(revision))
                .orElseGet(() -> StoredObject.of(key, revision, object)));
    }

    private WriteResult refused(CommitResult.Conflict conflict) {
        return conflict.actual()
                .<WriteResult>map(actual -> new WriteResult.Conflict(reader.decode(actual)))
                .orElseGet(WriteResult.Missing::new);
    }

    private Optional<StoredObject> cached(ObjectKey key) {
        Feed.Running now = running;
        return now == null
                ? Optional.empty()
                : Optional.ofNullable(now.feed().settled().objects().get(key));
    }

    @Override
    public Subscription watch(Revision after, ObjectFilter filter, Subscriber subscriber) {
        Feed.Running now = running();
        Entry from = now.feed().window.at(after);
        if (from == Entry.DROPPED) {
            throw new CompactedException(now.feed().window.oldestRevision());
        }
        CacheSubscription subscription = new CacheSubscription(
                from, after, filter, subscriber, () -> now.watch().progress(), subscriptions::remove);
        subscriptions.add(subscription);
        if (running != now) { // lost in between
            subscription.lose(after);
        }
        return subscription;
    }

    @Override
    public void close() {
        Feed.Running now = running;
        if (now != null) {
            now.watch().close();
            unload(now.feed());
        }
    }
}
