package io.kybern.apiserver.endpoint;

import io.kybern.apiserver.error.ApiException;
import io.kybern.apiserver.error.Reason;
import io.kybern.apiserver.http.ApiResponse;
import io.kybern.apiserver.http.StreamSink;
import io.kybern.apiserver.http.WebSocketHandler;
import io.kybern.apiserver.negotiation.EventEncoder;
import io.kybern.apiserver.registry.Resource;
import io.kybern.apiserver.storage.KeyValueStore.CompactedException;
import io.kybern.apiserver.storage.ResourceStore.Change;
import io.kybern.apiserver.storage.ResourceStore.EndedException;
import io.kybern.apiserver.storage.ResourceStore.SlowConsumerException;
import io.kybern.apiserver.storage.ResourceStore.Subscriber;
import io.kybern.apiserver.storage.ResourceStore.Subscription;
import io.kybern.apiserver.storage.Revision;
import io.kybern.apiserver.storage.StoredObject;
import io.kybern.apiserver.storage.converted.ConversionException;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * One running watch: initial objects, then changes, with bookmarks in between. All work is done by {@link #pumpNow} on the
 * connection's own thread; the store, the timers and the connection only schedule it. A connection that takes no more
 * stops the pump until it drains; the cursor into the window of changes waits meanwhile.
 *
 * <pre>
 * snapshot ──► initial events ──► bookmark "initial-events-end" ──► changes … bookmark … ──► end
 * </pre>
 */
final class WatchStream implements ApiResponse.Stream.Source, Subscriber {
    private static final int BATCH = 32;
    private static final long SECOND_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long BOOKMARK_NANOS = 60 * SECOND_NANOS;
    /** A last bookmark comes so long before the timeout, or up to a second less. Source: apiserver cacher. */
    private static final long BOOKMARK_BEFORE_END_NANOS = 2 * SECOND_NANOS;

    /**
     * Where a watch starts.
     *
     * @param from the changes after this revision are read …
     * @param after … and those after this one delivered: later than {@code from} if it is yet to come
     */
    record Plan(
            SelectorFilter filter,
            Iterator<StoredObject> initial,
            Revision from,
            Revision after,
            boolean marksEnd,
            boolean bookmarks,
            long timeoutSeconds) {}

    private final Resource resource;
    private final Plan plan;
    private final EventEncoder encoder;
    private final OpenWatches watches;
    private final LongAdder delivered;
    private final AtomicBoolean scheduled = new AtomicBoolean();
    private final Gathering gathering = new Gathering();

    private @Nullable StreamSink sink;
    private @Nullable Subscription subscription;
    private @Nullable ScheduledFuture<?> end;
    private volatile @Nullable ScheduledFuture<?> bookmarkTimer;
    /** Of {@link System#nanoTime}. */
    private long lastBookmark;

    private boolean initialDone;
    private boolean caughtUp;
    private long lastWrite;
    private volatile boolean bookmarkDue;
    private volatile boolean timeUp;
    private volatile boolean closed;

    /** @param delivered counts the events that are sent */
    WatchStream(Resource resource, Plan plan, EventEncoder encoder, OpenWatches watches, LongAdder delivered) {
        this.resource = resource;
        this.plan = plan;
        this.encoder = encoder;
        this.watches = watches;
        this.delivered = delivered;
    }

    @Override
    public void start(StreamSink to) {
        sink = to;
        to.onClose(this::close);
        to.onDrain(this::schedule);
        try {
            subscription = resource.store().watch(plan.from(), plan.filter(), this);
        } catch (CompactedException e) {
            to.write(encoder.error(WatchEndpoint.expired(plan.after().value(), e)));
            finish();
            return;
        }
        watches.add(this);
        end = watches.timers().schedule(this::timeIsUp, plan.timeoutSeconds(), TimeUnit.SECONDS);
        if (plan.bookmarks()) {
            long timeout = Math.min(plan.timeoutSeconds(), Integer.MAX_VALUE) * SECOND_NANOS; // a lifetime at most
            lastBookmark = System.nanoTime() + timeout - BOOKMARK_BEFORE_END_NANOS;
            scheduleBookmark();
        }
        schedule();
    }

    /** Those of all watches in one second come together: they are one reason to wake up. */
    private void scheduleBookmark() {
        long now = System.nanoTime();
        long next = Math.min(now + BOOKMARK_NANOS, lastBookmark);
        if (next > now) {
            long untilNext = next - now + Math.floorMod(-next, SECOND_NANOS);
            bookmarkTimer = watches.timers().schedule(this::bookmark, untilNext, TimeUnit.NANOSECONDS);
        }
    }

    private void bookmark() {
        bookmarkDue = true;
        schedule();
        if (!closed) {
            scheduleBookmark();
        }
    }

    /** Ends the stream when it has told what there is. */
    void timeIsUp() {
        timeUp = true;
        schedule();
    }

    @Override
    public void onAvailable() {
        schedule();
    }

    private void schedule() {
        StreamSink to = sink;
        if (to != null && !closed && scheduled.compareAndSet(false, true)) {
            to.execute(this::pump);
        }
    }

    /**
     * A busy stream that has written all there was waits a while for more: many events in one write cost little more than one. One
     * that is behind goes on at once, and so does mostly one to which nothing came when it waited before.
     */
    private void pump() {
        StreamSink to = sink;
        if (to != null && caughtUp && gathering.pays() && System.nanoTime() - lastWrite < to.pauseNanos()) {
            gathering.waits();
            to.executeSoon(this::pumpNow); // still scheduled: what comes meanwhile goes along
        } else {
            pumpNow();
        }
    }

    private void pumpNow() {
        scheduled.set(false);
        caughtUp = false;
        lastWrite = System.nanoTime();
        StreamSink to = sink;
        Subscription from = subscription;
        if (to == null || from == null || closed) {
            return;
        }
        try {
            if (!initialDone && !initialEvents(to)) {
                return;
            }
            changes(to, from);
        } catch (EndedException e) {
            finish();
        } catch (SlowConsumerException e) {
            to.write(encoder.error(ApiException.of(
                            Reason.EXPIRED, "too old resource version: " + from.progress() + " (" + e.lost() + ")")
                    .status()));
            finish();
        } catch (ConversionException e) {
            to.write(encoder.error(ApiException.of(Reason.UNKNOWN, e.text()).status()));
            finish();
        }
    }

    /** Writes initial events while the connection takes them; false if there are more. */
    private boolean initialEvents(StreamSink to) {
        EventEncoder.Batch batch = encoder.batch();
        while (plan.initial().hasNext()) {
            if (to.isFull()) {
                batch.writeTo(to);
                return false;
            }
            StoredObject object = plan.initial().next();
            if (plan.filter().matchesAll() || plan.filter().test(object)) {
                batch.add(Change.Type.ADDED, object);
                delivered.increment();
            }
            if (batch.isLarge()) {
                batch.writeTo(to);
            }
        }
        batch.writeTo(to);
        initialDone = true;
        if (plan.marksEnd()) {
            to.write(encoder.bookmark(WatchEndpoint.bookmark(resource, plan.from(), true)));
        }
        return true;
    }

    private void changes(StreamSink to, Subscription from) {
        int written = 0;
        while (!to.isFull()) {
            List<Change> changes = from.poll(BATCH);
            EventEncoder.Batch batch = encoder.batch();
            int events = 0;
            for (Change change : changes) {
                if (change.revision().isAfter(plan.after())) {
                    batch.add(change.type(), change.object());
                    events++;
                }
            }
            delivered.add(events);
            written += events;
            batch.writeTo(to);
            if (changes.isEmpty()) {
                gathering.wrote(written);
                idle(to, from);
                return;
            }
        }
    }

    private void idle(StreamSink to, Subscription from) {
        caughtUp = true;
        if (bookmarkDue) {
            bookmarkDue = false;
            Revision seen = from.progress();
            if (!plan.after().isAfter(seen)) {
                to.write(encoder.bookmark(WatchEndpoint.bookmark(resource, seen, false)));
            }
        }
        if (timeUp) {
            finish();
        }
    }

    private void finish() {
        StreamSink to = sink;
        close();
        if (to != null) {
            to.end();
        }
    }

    private void close() {
        closed = true;
        watches.remove(this);
        if (end != null) {
            end.cancel(false);
        }
        ScheduledFuture<?> bookmark = bookmarkTimer;
        if (bookmark != null) {
            bookmark.cancel(false);
        }
        if (subscription != null) {
            subscription.close();
        }
    }

    /** The same stream with one message an event. */
    WebSocketHandler webSocket() {
        return new WatchSocket(this, encoder);
    }
}
