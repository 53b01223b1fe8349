package io.kybern.apiserver.storage.converted;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.kybern.apiserver.storage.ResourceStore;
import io.kybern.apiserver.storage.ResourceStore.Change;
import io.kybern.apiserver.storage.ResourceStore.ObjectFilter;
import io.kybern.apiserver.storage.ResourceStore.SlowConsumerException;
import io.kybern.apiserver.storage.ResourceStore.Subscriber;
import io.kybern.apiserver.storage.ResourceStore.Subscription;
import io.kybern.apiserver.storage.Revision;
import io.kybern.apiserver.storage.StoredObject;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * A watch whose changes somebody else has to convert. A virtual thread of its own polls the store's cursor, has each batch
 * converted in one call, and hands it over in order to whoever polls, who never waits:
 *
 * <pre>
 * window of changes ──cursor──► virtual thread ──calls──► views ──► ready ──poll──► the connection's event loop
 *                                  ▲ waits while 256 changes are ready              │
 *                                  └────────────────── room again ◄─────────────────┘
 * </pre>
 *
 * <p>As long as the conversion fails nothing is handed over: it is tried again, ever more seldom, and the changes follow when
 * it succeeds. A watch that falls out of the window of changes meanwhile ends as any that is too slow. Filters see the
 * converted objects, whose labels may be others.
 */
final class ConvertedWatch implements Subscription {
    private static final Logger LOG = Logger.getLogger(ConvertedWatch.class.getName());
    private static final int BATCH = 128;
    private static final int READY = 256;
    private static final long FIRST_PAUSE_MILLIS = 100;
    private static final long LONGEST_PAUSE_MILLIS = 10_000;

    private final Views views;
    private final ObjectFilter filter;
    private final Subscriber subscriber;
    private final Semaphore wake = new Semaphore(0);
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Subscription raw;

    @GuardedBy("this") private final Queue<Change> ready = new ArrayDeque<>();

    /** Who polls found nothing and waits to be told. */
    @GuardedBy("this") private boolean armed;

    /** Changes are on their way from the cursor to {@link #ready}. */
    @GuardedBy("this") private boolean busy = true;

    /** The progress when last nothing was on its way. */
    @GuardedBy("this") private Revision settled;

    @GuardedBy("this") private @Nullable SlowConsumerException lost;

    private ConvertedWatch(
            ResourceStore store, Views views, Revision after, ObjectFilter filter, Subscriber subscriber) {
        this.views = views;
        this.filter = filter;
        this.subscriber = subscriber;
        this.settled = after;
        this.raw = store.watch(after, new Everything(filter.namespace()), wake::release);
    }

    static ConvertedWatch start(
            ResourceStore store, Views views, Revision after, ObjectFilter filter, Subscriber subscriber) {
        ConvertedWatch watch = new ConvertedWatch(store, views, after, filter, subscriber);
        Thread.ofVirtual().name("converted-watch").start(watch::follow);
        return watch;
    }

    /** Everything of a namespace: what is chosen from it shows after the conversion. */
    private record Everything(String namespace) implements ObjectFilter {
        @Override
        public boolean matchesAll() {
            return true;
        }

        @Override
        public boolean test(StoredObject object) {
            return true;
        }
    }

    private void follow() {
        try {
            while (!isClosed()) {
                begin();
                List<Change> changes = raw.poll(BATCH);
                if (changes.isEmpty()) {
                    settle(raw.progress());
                    wake.acquire();
                } else {
                    handOver(patiently(changes));
                    while (isFull() && !isClosed()) {
                        wake.acquire();
                    }
                }
                wake.drainPermits();
            }
        } catch (SlowConsumerException e) {
            lose(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized void begin() {
        busy = true;
    }

    private synchronized void settle(Revision progress) {
        busy = false;
        settled = progress;
    }

    private synchronized boolean isFull() {
        return ready.size() >= READY;
    }

    private void handOver(List<Change> changes) {
        boolean tell;
        synchronized (this) {
            ready.addAll(changes);
            tell = armed && !changes.isEmpty();
            armed = armed && !tell;
        }
        if (tell) {
            subscriber.onAvailable();
        }
    }

    private void lose(SlowConsumerException e) {
        synchronized (this) {
            lost = e;
            armed = false;
        }
        subscriber.onAvailable();
    }

    private List<Change> patiently(List<Change> changes) throws InterruptedException {
        long pause = FIRST_PAUSE_MILLIS;
        while (true) {
            try {
                return converted(changes);
            } catch (ConversionException e) {
                LOG.log(Level.WARNING, "a watch waits for its objects: {0}", e.text());
            }
            if (closed.await(pause, TimeUnit.MILLISECONDS)) {
                return List.of();
            }
            pause = Math.min(pause * 2, LONGEST_PAUSE_MILLIS);
        }
    }

    private List<Change> converted(List<Change> changes) {
        List<StoredObject> wanted = new ArrayList<>();
        for (Change change : changes) {
            if (change.type() != Change.Type.DELETED) {
                wanted.add(change.object());
            }
            if (change.type() == Change.Type.DELETED || !filter.matchesAll()) {
                change.previous().ifPresent(wanted::add);
            }
        }
        List<StoredObject> made = views.of(wanted);
        Map<StoredObject, StoredObject> views = new IdentityHashMap<>();
        for (int i = 0; i < made.size(); i++) {
            views.put(wanted.get(i), made.get(i));
        }
        List<Change> out = new ArrayList<>();
        changes.forEach(change -> seen(change, views).ifPresent(out::add));
        return out;
    }

    /** What the filter lets through: changes in and out of it show as additions and deletions. */
    private Optional<Change> seen(Change change, Map<StoredObject, StoredObject> views) {
        Optional<StoredObject> previous = change.previous().map(views::get);
        Optional<StoredObject> now = change.type() == Change.Type.DELETED
                ? Optional.empty()
                : Optional.ofNullable(views.get(change.object()));
        boolean is = now.filter(this::matches).isPresent();
        boolean was = change.type() != Change.Type.ADDED
                && (previous.isEmpty() ? filter.matchesAll() : matches(previous.get()));
        if (is) {
            Change.Type type = was ? Change.Type.MODIFIED : Change.Type.ADDED;
            return Optional.of(new Change(type, now.get(), change.revision(), previous));
        }
        return was
                ? previous.map(last -> new Change(
                        Change.Type.DELETED, last.withRevision(change.revision()), change.revision(), previous))
                : Optional.empty();
    }

    private boolean matches(StoredObject view) {
        return filter.matchesAll() || filter.test(view);
    }

    @Override
    public List<Change> poll(int max) {
        List<Change> out = new ArrayList<>();
        synchronized (this) {
            if (ready.isEmpty() && lost != null) {
                throw lost;
            }
            armed = ready.isEmpty();
            while (out.size() < max && !ready.isEmpty()) {
                out.add(ready.remove());
            }
        }
        if (!out.isEmpty()) {
            wake.release();
        }
        return out;
    }

    @Override
    public synchronized Revision progress() {
        return busy || !ready.isEmpty() ? settled : raw.progress();
    }

    private boolean isClosed() {
        return closed.getCount() == 0;
    }

    @Override
    public void close() {
        closed.countDown();
        raw.close();
        wake.release();
    }
}
