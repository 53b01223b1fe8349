package io.kybern.apiserver.storage.etcd;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.kybern.apiserver.storage.KeyValueStore.CompactedException;
import io.kybern.apiserver.storage.KeyValueStore.Event;
import io.kybern.apiserver.storage.KeyValueStore.StorageUnavailableException;
import io.kybern.apiserver.storage.KeyValueStore.WatchListener;
import io.kybern.apiserver.storage.KeyValueStore.Write;
import io.kybern.apiserver.storage.Revision;
import io.kybern.apiserver.storage.Watchers;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Everything that changes in etcd below one prefix, handed on to the watchers of its parts.
 *
 * <p>One watch for all has one progress for all: whoever knows a revision can wait for it, whatever it has changed. A watcher
 * from the past gets what it has missed from {@link RecentChanges}, or else from etcd by a {@link Replay}; what happens in the
 * meantime is held back for it.
 *
 * <p>If this falls behind a compaction (it was cut off for longer than history is kept), all watchers end, since there is a gap;
 * it starts again at the newest revision, and so do they.
 *
 * <p>{@link #delivery} is held while events go to watchers, so that a new one finds the moment between two batches; etcd is
 * never called under it.
 */
final class Changes implements ChangeStream.Sink, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Changes.class);
    private static final long PAUSE_MILLIS = 500;

    /** How far back this starts, if history reaches so far: caches load from there. */
    private static final long PAST = 1_000;

    private final EtcdOptions options;
    private final EtcdClient client;
    private final ScheduledExecutorService timer;
    private final CompactedRevision compacted;
    private final Map<String, Write.Put> written;
    private final Watchers watchers = new Watchers();
    private final ReentrantLock delivery = new ReentrantLock();

    /** Another one after each start: what ended with a gap never gets further. */
    private volatile Progress progress;

    /** Up to where there were changes that all watchers have got. */
    private volatile long shown;

    @GuardedBy("delivery") private final RecentChanges recent;

    /** Null while it is to be started again. */
    private volatile @Nullable ChangeStream stream;

    private volatile boolean closed;

    private Changes(
            EtcdOptions options,
            EtcdClient client,
            ScheduledExecutorService timer,
            CompactedRevision compacted,
            Map<String, Write.Put> written,
            long after) {
        this.options = options;
        this.client = client;
        this.timer = timer;
        this.compacted = compacted;
        this.written = written;
        this.progress = new Progress(after, this::requestProgress);
        this.recent = new RecentChanges(options.remembered(), after);
    }

    /** @param written what is being written by this process, by key */
    static Changes start(
            EtcdOptions options,
            EtcdClient client,
            ScheduledExecutorService timer,
            CompactedRevision compacted,
            Map<String, Write.Put> written) {
        long after = Math.max(compacted.known(), client.revision() - PAST);
        Changes changes = new Changes(options, client, timer, compacted, written, after);
        ChangeStream first = changes.follow(after);
        changes.stream = first;
        first.start();
        return changes;
    }

    private ChangeStream follow(long after) {
        return new ChangeStream(client, options.prefix(), after, this, timer);
    }

    private void requestProgress() {
        ChangeStream now = stream;
        if (now != null) {
            now.requestProgress();
        }
    }

    Progress progress() {
        return progress;
    }

    /** All changes up to this revision may be shown. */
    long shown() {
        return Math.max(shown, progress.reached());
    }

    /**
     * Delivers what comes after a revision that is not of the future; what is past already, before this returns.
     *
     * @return how far the deliveries are
     */
    Progress add(String prefix, long after, WatchListener listener) {
        if (after < compacted.known()) {
            throw new CompactedException(new Revision(compacted.known()));
        }
        HeldBack late = new HeldBack();
        Progress at;
        long upTo;
        delivery.lock();
        try {
            if (stream == null) {
                throw new StorageUnavailableException("the watch of etcd is being started again", null);
            }
            at = progress;
            if (recent.covers(after)) {
                Watchers.replay(recent.since(after, prefix), listener);
                watchers.add(prefix, listener);
                return at;
            }
            upTo = at.reached();
            watchers.add(prefix, late);
        } finally {
            delivery.unlock();
        }
        try {
            Watchers.replay(Replay.read(client, options.prefix(), prefix, after, upTo, timer), listener);
            goOn(prefix, late, listener);
            return at;
        } catch (CompactedException e) {
            compacted.learn(e.compacted().value());
            throw e;
        } finally {
            watchers.remove(prefix, late);
        }
    }

    private void goOn(String prefix, HeldBack late, WatchListener listener) {
        delivery.lock();
        try {
            if (late.ended != null) {
                throw new StorageUnavailableException("the watch of etcd was started again", late.ended);
            }
            Watchers.replay(late.events, listener);
            watchers.add(prefix, listener);
        } finally {
            delivery.unlock();
        }
    }

    void remove(String prefix, WatchListener listener) {
        watchers.remove(prefix, listener);
    }

    @Override
    public void changed(List<Event> events) {
        List<Event> complete = events.stream().map(this::withAttachment).toList();
        delivery.lock();
        try {
            recent.add(complete);
            long last = complete.getLast().revision().value();
            watchers.deliver(complete, () -> shown = last);
            progress.reach(last);
        } finally {
            delivery.unlock();
        }
    }

    /** A change of this process's own, told by its bytes: they and the attachment are the same object. */
    private Event withAttachment(Event event) {
        Write.Put own = written.get(event.key());
        return own == null || event.type() != Event.Type.PUT || !Arrays.equals(own.value(), event.value())
                ? event
                : new Event(
                        event.type(), event.key(), own.value(), event.created(), event.revision(), own.attachment());
    }

    @Override
    public void progressed(long revision) {
        delivery.lock();
        try {
            progress.reach(revision);
        } finally {
            delivery.unlock();
        }
    }

    @Override
    public void compacted(long revision) {
        LOG.warn("changes up to revision {} are compacted and were not seen: all watches start anew", revision);
        compacted.learn(revision);
        delivery.lock();
        try {
            stream = null;
        } finally {
            delivery.unlock();
        }
        timer.execute(this::restart);
    }

    private void restart() {
        if (closed) {
            return;
        }
        try {
            long now = client.revision();
            ChangeStream fresh = follow(now);
            delivery.lock();
            try {
                recent.restart(now);
                watchers.closeAll(new CompactedException(new Revision(compacted.known())));
                progress = new Progress(now, this::requestProgress); // from here on who waits may trust what he finds
                stream = fresh;
            } finally {
                delivery.unlock();
            }
            fresh.start();
        } catch (StorageUnavailableException e) {
            LOG.warn("the watch of etcd can't be started again yet: {}", e.getMessage());
            timer.schedule(this::restart, PAUSE_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    @Override
    public void close() {
        closed = true;
        ChangeStream last = stream;
        if (last != null) {
            last.close();
        }
    }

    /** Keeps what comes while its listener reads the past; called under {@link #delivery}. */
    private static final class HeldBack implements WatchListener {
        private final List<Event> events = new ArrayList<>();
        private @Nullable Throwable ended;

        @Override
        public void onEvents(List<Event> batch) {
            events.addAll(batch);
        }

        @Override
        public void onClosed(Throwable cause) {
            ended = cause;
        }
    }
}
