package io.kybern.apiserver.storage.converted;

import io.kybern.apiserver.storage.EncodedObject;
import io.kybern.apiserver.storage.ObjectKey;
import io.kybern.apiserver.storage.ResourceStore;
import io.kybern.apiserver.storage.Revision;
import io.kybern.apiserver.storage.StoredObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;

/**
 * The objects of a resource in one version. Revisions, order and freshness are those of the store beneath; what is written
 * comes in the version of the store.
 *
 * <p>Where the converter asks somebody else ({@link #mayWait}), a reader on an event loop is told to come back on another thread
 * unless everything it wants is there already, an iterator waits at {@code next}, and a watch has its changes converted
 * on a thread of its own ({@link ConvertedWatch}).
 */
public final class ConvertedStore implements ResourceStore {
    private static final int AHEAD = 500;

    private final ResourceStore stored;
    private final Views views;

    /** @param beforeWaiting throws on a thread that must not wait */
    public ConvertedStore(ResourceStore stored, Converter converter, Runnable beforeWaiting) {
        this.stored = stored;
        this.views = new Views(converter, beforeWaiting);
    }

    @Override
    public boolean mayWait() {
        return views.mayWait();
    }

    @Override
    public boolean shared() {
        return stored.shared();
    }

    @Override
    public void refresh() {
        stored.refresh();
    }

    @Override
    public boolean reaches(Revision after) {
        return stored.reaches(after);
    }

    @Override
    public void reachBack(Revision after) {
        stored.reachBack(after);
    }

    @Override
    public Snapshot snapshot() {
        return new View(stored.snapshot());
    }

    @Override
    public Snapshot snapshotAt(Revision revision) {
        return new View(stored.snapshotAt(revision));
    }

    @Override
    public boolean awaitRevision(Revision revision, Duration timeout) throws InterruptedException {
        return stored.awaitRevision(revision, timeout);
    }

    @Override
    public Optional<StoredObject> get(ObjectKey key) {
        return stored.get(key).map(views::of);
    }

    @Override
    public Revision lastChange() {
        return stored.lastChange();
    }

    @Override
    public WriteResult create(ObjectKey key, EncodedObject object, long leaseSeconds) {
        return seen(stored.create(key, object, leaseSeconds));
    }

    @Override
    public WriteResult update(ObjectKey key, Revision expected, EncodedObject object, long leaseSeconds) {
        return seen(stored.update(key, expected, object, leaseSeconds));
    }

    /** What was written is shown; what was in the way is only told of, in whatever version it is. */
    private WriteResult seen(WriteResult result) {
        return result instanceof WriteResult.Done done ? new WriteResult.Done(views.of(done.object())) : result;
    }

    @Override
    public WriteResult delete(ObjectKey key, Revision expected) {
        Optional<StoredObject> last = get(key); // before it goes: its view is there
        WriteResult result = stored.delete(key, expected);
        if (!(result instanceof WriteResult.Done done)) {
            return result;
        }
        return last.filter(object -> object.revision().equals(expected))
                .<WriteResult>map(object ->
                        new WriteResult.Done(object.withRevision(done.object().revision())))
                .orElseGet(() -> seen(result));
    }

    @Override
    public boolean isStored(EncodedObject object, StoredObject seen) {
        return stored.get(seen.key())
                .filter(now -> now.revision().equals(seen.revision()))
                .filter(now -> stored.isStored(object, now))
                .isPresent();
    }

    @Override
    public Subscription watch(Revision after, ObjectFilter filter, Subscriber subscriber) {
        return views.mayWait()
                ? ConvertedWatch.start(stored, views, after, filter, subscriber)
                : new Renamed(stored.watch(after, filter, subscriber), views);
    }

    /** A watch whose changes are converted where they are polled. */
    private record Renamed(Subscription raw, Views views) implements Subscription {
        @Override
        public List<Change> poll(int max) {
            return raw.poll(max).stream()
                    .map(change -> {
                        StoredObject view = views.of(change.object());
                        return view == change.object()
                                ? change
                                : new Change(change.type(), view, change.revision(), change.previous());
                    })
                    .toList();
        }

        @Override
        public Revision progress() {
            return raw.progress();
        }

        @Override
        public void close() {
            raw.close();
        }
    }

    /** A snapshot. */
    private final class View implements Snapshot {
        private final Snapshot raw;

        View(Snapshot raw) {
            this.raw = raw;
        }

        @Override
        public Revision revision() {
            return raw.revision();
        }

        @Override
        public Optional<StoredObject> get(ObjectKey key) {
            return raw.get(key).map(views::of);
        }

        @Override
        public long count(String namespace) {
            return raw.count(namespace);
        }

        @Override
        public long countAfter(String namespace, ObjectKey key) {
            return raw.countAfter(namespace, key);
        }

        @Override
        public Iterator<StoredObject> iterate(String namespace, ObjectKey from) {
            return new Objects(raw.iterate(namespace, from), views);
        }
    }

    /** Converts so many objects at a time. */
    private static final class Objects implements Iterator<StoredObject> {
        private final Iterator<StoredObject> raw;
        private final Views views;
        private Iterator<StoredObject> made = List.<StoredObject>of().iterator();

        Objects(Iterator<StoredObject> raw, Views views) {
            this.raw = raw;
            this.views = views;
        }

        @Override
        public boolean hasNext() {
            return made.hasNext() || raw.hasNext();
        }

        @Override
        public StoredObject next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            if (!made.hasNext() && !views.mayWait()) {
                return views.of(raw.next());
            }
            if (!made.hasNext()) {
                List<StoredObject> batch = new ArrayList<>();
                while (batch.size() < AHEAD && raw.hasNext()) {
                    batch.add(raw.next());
                }
                made = views.of(batch).iterator();
            }
            return made.next();
        }
    }
}
