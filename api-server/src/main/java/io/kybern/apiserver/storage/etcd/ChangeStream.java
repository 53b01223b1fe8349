package io.kybern.apiserver.storage.etcd;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.etcd.jetcd.Watch;
import io.etcd.jetcd.Watch.Watcher;
import io.etcd.jetcd.common.exception.CompactedException;
import io.etcd.jetcd.options.WatchOption;
import io.etcd.jetcd.watch.WatchEvent;
import io.etcd.jetcd.watch.WatchResponse;
import io.kybern.apiserver.storage.KeyValueStore.Event;
import io.kybern.apiserver.storage.Revision;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All changes below a prefix after a revision, each once and in order, over as many connections as it takes.
 *
 * <p>jetcd's watcher connects again by itself, but from the revision that etcd had when the watch was made: if the connection
 * breaks while etcd is still sending the past, the rest of it would be skipped. So this counts what was really delivered, ends a
 * watcher as soon as it fails or starts a second time, and makes the next one from there.
 *
 * <p>The sink is called by one thread at a time and not after the end. Locks are taken in one order: that of a connection,
 * jetcd's own (which it holds around callbacks), the one of this.
 */
final class ChangeStream implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ChangeStream.class);
    private static final long FIRST_PAUSE_MILLIS = 100;
    private static final long LONGEST_PAUSE_MILLIS = 2_000;

    /** Who does not answer a question for so long is cut off, or so busy that another member is the better choice. */
    private static final long SILENCE_NANOS = TimeUnit.SECONDS.toNanos(3);

    /** Where the changes go. */
    interface Sink {
        /** Whole transactions, in order. */
        void changed(List<Event> events);

        /** Everything up to a revision was delivered. */
        void progressed(long revision);

        /** The rest of the past is compacted up to a revision: the stream has ended. */
        void compacted(long revision);
    }

    private final Watch watches;
    private final ProgressQuestion question;
    private final String prefix;
    private final Sink sink;
    private final ScheduledExecutorService timer;

    @GuardedBy("this") private long delivered;

    @GuardedBy("this") private @Nullable Connection connection;

    @GuardedBy("this") private long pause = FIRST_PAUSE_MILLIS;

    @GuardedBy("this") private boolean closed;

    /** @param after the last revision that is not delivered */
    ChangeStream(EtcdClient client, String prefix, long after, Sink sink, ScheduledExecutorService timer) {
        this.watches = client.watch();
        this.question = client.progress();
        this.prefix = prefix;
        this.delivered = after;
        this.sink = sink;
        this.timer = timer;
    }

    void start() {
        Connection fresh = new Connection();
        long from;
        synchronized (this) {
            if (closed) {
                return;
            }
            connection = fresh;
            from = delivered + 1;
        }
        fresh.open(from);
    }

    /** Asks etcd to tell how far it is: it does when nothing is left to be sent. */
    void requestProgress() {
        Connection now;
        synchronized (this) {
            now = connection;
        }
        if (now != null) {
            now.requestProgress();
        }
    }

    @Override
    public void close() {
        Connection last;
        synchronized (this) {
            closed = true;
            last = connection;
            connection = null;
        }
        if (last != null) {
            last.close();
        }
    }

    private synchronized void lose(Connection lost, String why) {
        if (closed || connection != lost) {
            return;
        }
        connection = null;
        question.forget();
        LOG.warn("the watch of etcd broke off after revision {} and is taken up again: {}", delivered, why);
        timer.schedule(
                () -> {
                    lost.close();
                    start();
                },
                pause,
                TimeUnit.MILLISECONDS);
        pause = Math.min(LONGEST_PAUSE_MILLIS, pause * 2);
    }

    /** One watcher of jetcd. */
    private final class Connection implements Watch.Listener {
        @GuardedBy("this") private @Nullable Watcher watcher;

        @GuardedBy("this") private boolean abandoned;

        private volatile boolean created;

        /** When the first question was asked that nothing has come after; 0: there is none. */
        @GuardedBy("ChangeStream.this") private long askedAt;

        void open(long from) {
            WatchOption option = WatchOption.builder()
                    .isPrefix(true)
                    .withRevision(from)
                    .withCreateNotify(true)
                    .withProgressNotify(true)
                    .withRequireLeader(true)
                    .build();
            Watcher opened = watches.watch(EtcdClient.bytes(prefix), option, this);
            boolean late;
            synchronized (this) {
                watcher = opened;
                late = abandoned;
            }
            if (late) {
                opened.close();
            }
        }

        void requestProgress() {
            long silent = silence();
            if (silent > SILENCE_NANOS) {
                lose(this, "no answer for " + TimeUnit.NANOSECONDS.toSeconds(SILENCE_NANOS) + " s");
            } else {
                send(silent);
            }
        }

        /** How long ago the first question was asked that nothing has come after. */
        private long silence() {
            long now = System.nanoTime();
            synchronized (ChangeStream.this) {
                if (askedAt == 0) {
                    askedAt = now;
                }
                return now - askedAt;
            }
        }

        /** One at a time: what is sent to a stream is not safe for threads. */
        private synchronized void send(long silent) {
            if (watcher == null || abandoned || !created) {
                return;
            }
            try {
                question.ask(watcher, prefix, silent);
            } catch (IllegalStateException e) {
                // it has just ended: who waits asks the next one
            }
        }

        synchronized void close() {
            abandoned = true;
            if (watcher != null) {
                watcher.close();
            }
        }

        @Override
        public void onNext(WatchResponse response) {
            synchronized (ChangeStream.this) {
                if (closed || connection != this) {
                    return;
                }
                askedAt = 0;
                if (response.isCreatedNotify()) {
                    if (created) {
                        lose(this, "connected anew");
                    }
                    created = true;
                    return;
                }
                pause = FIRST_PAUSE_MILLIS;
                if (!response.getEvents().isEmpty()) {
                    long known = delivered;
                    List<Event> events = response.getEvents().stream()
                            .map(ChangeStream::event)
                            .filter(event -> event.revision().value() > known)
                            .toList();
                    if (!events.isEmpty()) {
                        delivered = events.getLast().revision().value();
                        sink.changed(events);
                    }
                } else if (response.isProgressNotify() && response.getHeader().getRevision() > delivered) {
                    delivered = response.getHeader().getRevision();
                    sink.progressed(delivered);
                }
            }
        }

        @Override
        public void onError(Throwable cause) {
            if (cause instanceof CompactedException compaction) {
                synchronized (ChangeStream.this) {
                    if (!closed && connection == this) {
                        closed = true;
                        connection = null;
                        sink.compacted(compaction.getCompactedRevision());
                    }
                }
            } else {
                lose(this, String.valueOf(cause.getMessage()));
            }
        }

        @Override
        public void onCompleted() {
            lose(this, "etcd has closed it");
        }
    }

    private static Event event(WatchEvent from) {
        boolean put = from.getEventType() == WatchEvent.EventType.PUT;
        return new Event(
                put ? Event.Type.PUT : Event.Type.DELETE,
                from.getKeyValue().getKey().toString(StandardCharsets.UTF_8),
                from.getKeyValue().getValue().getBytes(),
                put ? new Revision(from.getKeyValue().getCreateRevision()) : Revision.NONE,
                new Revision(from.getKeyValue().getModRevision()),
                null);
    }
}
