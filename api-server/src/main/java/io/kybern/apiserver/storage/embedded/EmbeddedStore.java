package io.kybern.apiserver.storage.embedded;

import io.kybern.apiserver.storage.KeyValueStore;
import io.kybern.apiserver.storage.Leases;
import io.kybern.apiserver.storage.Maintenance;
import io.kybern.apiserver.storage.OrderedMap;
import io.kybern.apiserver.storage.Revision;
import io.kybern.apiserver.storage.Watchers;
import io.kybern.apiserver.storage.embedded.Committer.State;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.UnaryOperator;

/**
 * A {@link KeyValueStore} in a directory.
 *
 * <p><b>Threads.</b> {@code store-committer} writes and delivers events (see {@link Committer}); {@code store-maintenance} ends
 * leases and compacts; reads run on the caller's.
 *
 * <p><b>Locks.</b> {@link #delivery} is held while events go to watchers, so that a new watcher finds the moment between two
 * batches; nothing else is locked under it.
 */
public final class EmbeddedStore implements KeyValueStore {
    /** A new watcher that is not further behind catches up while deliveries wait. */
    private static final long SHORT_GAP = 256;

    /** From this size on a segment of the log gets no more entries. */
    static final int SEGMENT_BYTES = 32 << 20;

    private final VersionedData data;
    private final Retention retention;
    private final Leases leases = new Leases();
    private final Watchers watchers = new Watchers();
    private final Committer committer;
    private final ReentrantLock delivery = new ReentrantLock();
    private final ReentrantLock progress = new ReentrantLock();
    private final Condition progressed = progress.newCondition();
    private final EmbeddedOptions options;
    private final Maintenance maintenance = new Maintenance(this::tick);

    /** Written under {@link #progress}; read without it, after the new state was delivered. */
    private volatile int awaitingProgress;

    /** All changes up to this revision went to their watchers, and are shown; written under {@link #delivery}. */
    private volatile long delivered;

    private EmbeddedStore(
            EmbeddedOptions options, VersionedData data, UnaryOperator<Journal> journal, int segmentBytes) {
        this.options = options;
        this.data = data;
        State start = data.start();
        start.keys().iteratorFrom("").forEachRemaining(entry -> addLease(entry.getKey(), entry.getValue()));
        this.delivered = start.revision();
        this.committer = new Committer(journal.apply(data), start, new Deliveries(), leases, options.clock());
        this.retention = new Retention(options, data, committer, segmentBytes);
    }

    /**
     * Opens a data directory, or makes one.
     *
     * @throws DataDirectoryException if it is in use, of a newer version or not accessible
     */
    public static EmbeddedStore open(EmbeddedOptions options) {
        return open(options, journal -> journal, SEGMENT_BYTES);
    }

    static EmbeddedStore open(EmbeddedOptions options, UnaryOperator<Journal> journal, int segmentBytes) {
        VersionedData data = new VersionedData(options.directory(), segmentBytes);
        EmbeddedStore store;
        try {
            store = new EmbeddedStore(options, data, journal, segmentBytes);
        } catch (RuntimeException e) {
            data.close();
            throw e;
        }
        store.committer.start();
        store.maintenance.start();
        return store;
    }

    @Override
    public Revision currentRevision() {
        return new Revision(committer.state().revision());
    }

    @Override
    public Revision shown() {
        return currentRevision();
    }

    @Override
    public Revision compactedRevision() {
        return new Revision(data.compacted());
    }

    @Override
    public Optional<KeyValue> get(String key, Revision at) {
        if (!at.equals(Revision.NONE)) {
            return range(key, key + '\0', at, 1).items().stream().findFirst();
        }
        while (true) {
            KeyState state = committer.state().keys().get(key);
            if (state == null) {
                return Optional.empty();
            }
            Optional<KeyValue> found = data.version(key, state);
            if (found.isPresent()) {
                return found;
            } // replaced and compacted since
        }
    }

    @Override
    public RangeResult range(String from, String to, Revision at, int limit) {
        while (true) {
            requireKnown(at);
            State newest = committer.state();
            long revision = at.equals(Revision.NONE) ? newest.revision() : at.value();
            try {
                return data.range(newest, from, to, revision, limit);
            } catch (CompactedException e) {
                if (!at.equals(Revision.NONE)) {
                    throw e;
                } // the newest became the past: again
            }
        }
    }

    private long requireKnown(Revision at) {
        Revision current = currentRevision();
        if (at.isAfter(current)) {
            throw new FutureRevisionException(at, current);
        }
        return at.value();
    }

    @Override
    public long count(String from, String to) {
        OrderedMap<String, KeyState> keys = committer.state().keys();
        return Math.max(0, keys.rank(to) - keys.rank(from));
    }

    @Override
    public CommitResult commit(List<Write> writes) {
        Write.check(writes);
        return switch (committer.submit(writes).await()) {
            case Outcome.Committed committed -> new CommitResult.Committed(new Revision(committed.revision()));
            case Outcome.Conflict conflict -> new CommitResult.Conflict(conflict.key(), actual(conflict));
            case Outcome.Failed failed ->
                throw new StorageUnavailableException(
                        String.valueOf(failed.cause().getMessage()), failed.cause());
        };
    }

    private Optional<KeyValue> actual(Outcome.Conflict conflict) {
        KeyState state = conflict.actual();
        if (state == null) {
            return Optional.empty();
        }
        Optional<KeyValue> seen = data.version(conflict.key(), state);
        return seen.isPresent() ? seen : get(conflict.key(), Revision.NONE);
    }

    @Override
    public Watch watch(String prefix, Revision after, WatchListener listener) {
        long seen = requireKnown(after);
        if (seen < data.compacted()) {
            throw new CompactedException(compactedRevision());
        }
        for (long now = currentRevision().value();
                now - seen > SHORT_GAP;
                now = currentRevision().value()) {
            replay(prefix, seen, now, listener);
            seen = now;
        }
        delivery.lock();
        try {
            replay(prefix, seen, delivered, listener);
            watchers.add(prefix, listener);
        } finally {
            delivery.unlock();
        }
        return new RunningWatch(prefix, listener);
    }

    private void replay(String prefix, long after, long upTo, WatchListener listener) {
        if (upTo > after) {
            Watchers.replay(data.changes(prefix, after, upTo), listener);
        }
    }

    /** Runs on the committer's thread. */
    private final class Deliveries implements Committer.Sink {
        @Override
        public void committed(List<Event> events, Runnable publish) {
            delivery.lock();
            try {
                watchers.deliver(events, publish);
                delivered = events.getLast().revision().value();
            } finally {
                delivery.unlock();
            }
            if (leases.endsEarlier() || !retention.isSettled()) {
                maintenance.soon();
            }
            if (awaitingProgress > 0) {
                progress.lock();
                try {
                    progressed.signalAll();
                } finally {
                    progress.unlock();
                }
            }
        }

        @Override
        public void refused() {
            maintenance.soon();
        }
    }

    private boolean awaitProgress(Revision revision, Duration timeout) throws InterruptedException {
        long nanos = timeout.toNanos();
        progress.lock();
        awaitingProgress++;
        try {
            while (revision.value() > delivered) {
                if (nanos <= 0) {
                    return false;
                }
                nanos = progressed.awaitNanos(nanos);
            }
            return true;
        } finally {
            awaitingProgress--;
            progress.unlock();
        }
    }

    @Override
    public Optional<String> refusesWrites() {
        return committer.refusal();
    }

    @Override
    public OptionalLong sizeBytes() {
        return OptionalLong.of(data.sizeBytes());
    }

    @Override
    public void save(OutputStream out) throws IOException {
        SnapshotFile.write(out, committer.state(), data::version);
    }

    @Override
    public void compact(Revision revision) {
        retention.compact(requireKnown(revision));
        maintenance.soon();
    }

    private void addLease(String key, KeyState state) {
        if (state.hasLease()) {
            leases.add(new Leases.Lease(key, state.modified(), state.expires()));
        }
    }

    /** Does what is due at this moment of the clock; returns for how long nothing is, as far as is known. */
    synchronized Duration tick() {
        Instant now = options.clock().instant();
        boolean writes = committer.retry();
        endLeases(now);
        Duration settled = retention.tick(now);
        Duration untilLease = leases.untilNext(now.toEpochMilli());
        return !writes ? Duration.ZERO : settled.compareTo(untilLease) < 0 ? settled : untilLease;
    }

    private void endLeases(Instant now) {
        List<Pending> ends = new ArrayList<>();
        for (Leases.Lease lease : leases.due(now.toEpochMilli())) {
            ends.add(committer.submit(List.of(Write.delete(lease.key(), new Revision(lease.modified())))));
        }
        ends.forEach(Pending::await);
    }

    @Override
    public void close() {
        maintenance.close();
        committer.close();
        retention.close();
    }

    private final class RunningWatch implements Watch {
        private final String prefix;
        private final WatchListener listener;

        RunningWatch(String prefix, WatchListener listener) {
            this.prefix = prefix;
            this.listener = listener;
        }

        @Override
        public Revision progress() {
            return new Revision(delivered);
        }

        @Override
        public boolean awaitProgress(Revision revision, Duration timeout) throws InterruptedException {
            return EmbeddedStore.this.awaitProgress(revision, timeout);
        }

        @Override
        public void close() {
            watchers.remove(prefix, listener);
        }
    }
}
