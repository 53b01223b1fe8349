package io.kybern.apiserver.storage.memory;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.kybern.apiserver.storage.KeyValueStore;
import io.kybern.apiserver.storage.Leases;
import io.kybern.apiserver.storage.Maintenance;
import io.kybern.apiserver.storage.Revision;
import io.kybern.apiserver.storage.Watchers;
import io.kybern.apiserver.storage.memory.MemoryState.Entry;
import java.io.OutputStream;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A {@link KeyValueStore} in memory, which is durable for as long as its process. {@link #freeze} keeps what
 * it holds for others to begin with, at no cost.
 *
 * <p><b>Threads.</b> Writes run one at a time on their callers' threads and deliver their events there, under {@link #writing}; reads
 * take no lock but those of the past. {@link Maintenance} ends leases and compacts.
 */
public final class MemoryStore implements KeyValueStore {
    /** Of the past, whatever its time. */
    static final long MOST_BYTES_OF_HISTORY = 64L << 20;

    private final Duration keep;
    private final InstantSource clock;
    private final boolean thawed;
    private final Watchers watchers = new Watchers();
    private final Leases leases = new Leases();
    private final ReentrantLock writing = new ReentrantLock();
    private final Condition written = writing.newCondition();
    private final Maintenance maintenance = new Maintenance(this::tick);

    @GuardedBy("writing") private final History history;

    @GuardedBy("writing") private boolean closed;

    private volatile MemoryState state;
    /** All changes up to this revision went to their watchers, and are shown; written under {@link #writing}. */
    private volatile long delivered;

    private Revision nextCompaction;
    private Instant compactAt;

    /**
     * An empty store.
     *
     * @param keep how long past states can be read and watched from, unless they take more than 64 MiB; at most it is twice that
     * @param clock decides when leases end and when history is forgotten
     */
    public MemoryStore(Duration keep, InstantSource clock) {
        this(MemoryState.EMPTY, keep, clock);
    }

    private MemoryStore(MemoryState start, Duration keep, InstantSource clock) {
        this.keep = keep;
        this.clock = clock;
        this.thawed = start != MemoryState.EMPTY;
        this.state = start;
        this.delivered = start.revision();
        this.history = new History(start, MOST_BYTES_OF_HISTORY);
        this.nextCompaction = new Revision(start.revision());
        this.compactAt = clock.instant().plus(keep);
        start.keys().iteratorFrom("").forEachRemaining(entry -> addLease(entry.getKey(), entry.getValue()));
        maintenance.start();
    }

    /** What a store holds at one moment, to make others of. */
    public static final class Frozen {
        private final MemoryState state;

        private Frozen(MemoryState state) {
            this.state = state;
        }

        /** A store that begins with it, without its past. */
        public MemoryStore thaw(Duration keep, InstantSource clock) {
            return new MemoryStore(state, keep, clock);
        }
    }

    /** Costs nothing, whatever there is. */
    public Frozen freeze() {
        return new Frozen(state);
    }

    /** Whether it began with what another one held. */
    public boolean isThawed() {
        return thawed;
    }

    @Override
    public Revision currentRevision() {
        return new Revision(state.revision());
    }

    @Override
    public Revision shown() {
        return currentRevision();
    }

    @Override
    public Revision compactedRevision() {
        writing.lock();
        try {
            return new Revision(history.compacted());
        } finally {
            writing.unlock();
        }
    }

    @Override
    public Optional<KeyValue> get(String key, Revision at) {
        return stateAt(at).get(key);
    }

    @Override
    public RangeResult range(String from, String to, Revision at, int limit) {
        return stateAt(at).range(from, to, limit);
    }

    private MemoryState stateAt(Revision at) {
        MemoryState newest = state;
        if (at.equals(Revision.NONE)) {
            return newest;
        }
        requireKnown(at);
        writing.lock();
        try {
            return history.at(at.value());
        } finally {
            writing.unlock();
        }
    }

    private void requireKnown(Revision at) {
        Revision current = currentRevision();
        if (at.isAfter(current)) {
            throw new FutureRevisionException(at, current);
        }
    }

    @Override
    public long count(String from, String to) {
        return state.count(from, to);
    }

    @Override
    public CommitResult commit(List<Write> writes) {
        Write.check(writes);
        writing.lock();
        try {
            if (closed) {
                throw new StorageUnavailableException("the store is closed", null);
            }
            MemoryState before = state;
            Optional<String> conflict = Transaction.conflict(before, writes);
            if (conflict.isPresent()) {
                return new CommitResult.Conflict(conflict.get(), before.get(conflict.get()));
            }
            Transaction transaction = new Transaction(before, clock.millis()).apply(writes);
            MemoryState after = transaction.end();
            if (after != before) {
                transaction.events().forEach(event -> addLease(after, event));
                history.add(after, transaction.events());
                watchers.deliver(transaction.events(), () -> state = after);
                delivered = after.revision();
                written.signalAll();
            }
            return new CommitResult.Committed(new Revision(after.revision()));
        } finally {
            writing.unlock();
        }
    }

    private void addLease(MemoryState after, Event event) {
        Entry entry = after.keys().get(event.key());
        if (entry != null) {
            addLease(event.key(), entry);
        }
    }

    private void addLease(String key, Entry entry) {
        if (entry.expires() != Entry.FOREVER) {
            leases.add(new Leases.Lease(key, entry.modified(), entry.expires()));
            if (leases.endsEarlier()) {
                maintenance.soon();
            }
        }
    }

    @Override
    public Watch watch(String prefix, Revision after, WatchListener listener) {
        requireKnown(after);
        writing.lock();
        try {
            List<Event> past = history.changes(prefix, after.value());
            Watchers.replay(past, listener);
            watchers.add(prefix, listener);
        } finally {
            writing.unlock();
        }
        return new RunningWatch(prefix, listener);
    }

    @Override
    public void save(OutputStream out) {
        throw new UnsupportedOperationException("the objects are in memory alone");
    }

    @Override
    public void compact(Revision revision) {
        requireKnown(revision);
        writing.lock();
        try {
            history.compact(revision.value());
        } finally {
            writing.unlock();
        }
    }

    /** Does what is due at this moment of the clock; returns for how long nothing is, if nothing changes. */
    synchronized Duration tick() {
        Instant now = clock.instant();
        for (Leases.Lease lease : leases.due(now.toEpochMilli())) {
            commit(Write.delete(lease.key(), new Revision(lease.modified())));
        }
        if (!now.isBefore(compactAt)) {
            compact(nextCompaction);
            nextCompaction = currentRevision();
            compactAt = now.plus(keep);
        }
        Duration untilLease = leases.untilNext(now.toEpochMilli());
        Duration untilCompaction = Duration.between(now, compactAt);
        return untilLease.compareTo(untilCompaction) < 0 ? untilLease : untilCompaction;
    }

    @Override
    public void close() {
        maintenance.close();
        writing.lock();
        try {
            closed = true;
        } finally {
            writing.unlock();
        }
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
            long nanos = timeout.toNanos();
            writing.lock();
            try {
                while (revision.isAfter(currentRevision())) {
                    if (nanos <= 0) {
                        return false;
                    }
                    nanos = written.awaitNanos(nanos);
                }
                return true;
            } finally {
                writing.unlock();
            }
        }

        @Override
        public void close() {
            watchers.remove(prefix, listener);
        }
    }
}
