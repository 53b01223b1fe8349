package io.kybern.apiserver.storage.cache;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.kybern.apiserver.storage.ResourceStore.Change;
import io.kybern.apiserver.storage.ResourceStore.EndedException;
import io.kybern.apiserver.storage.ResourceStore.ObjectFilter;
import io.kybern.apiserver.storage.ResourceStore.SlowConsumerException;
import io.kybern.apiserver.storage.ResourceStore.Subscriber;
import io.kybern.apiserver.storage.ResourceStore.Subscription;
import io.kybern.apiserver.storage.Revision;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A cursor over a {@link ChangeWindow}.
 *
 * <pre>
 *   polled ──(poll finds nothing)──→ armed
 *     ↑                               │
 *     └─(a change concerns it: cursor goes right before it, onAvailable)
 * </pre>
 *
 * While armed it need not follow the window: whatever happens does not concern it until {@link #announce} finds something that
 * does. So a quiet watcher is never left behind, and costs nothing for changes of others.
 */
final class CacheSubscription implements Subscription {
    private final ObjectFilter filter;
    private final Revision after;
    private final Subscriber subscriber;
    private final Supplier<Revision> storeProgress;
    private final Consumer<CacheSubscription> onClose;

    @GuardedBy("this") private Entry cursor;

    /** Written under the lock; read without it to pass busy watchers by. */
    private volatile boolean armed;

    @GuardedBy("this") private @Nullable Revision lost;

    @GuardedBy("this") private boolean ended;

    CacheSubscription(
            Entry cursor,
            Revision after,
            ObjectFilter filter,
            Subscriber subscriber,
            Supplier<Revision> storeProgress,
            Consumer<CacheSubscription> onClose) {
        this.cursor = cursor;
        this.after = after;
        this.filter = filter;
        this.subscriber = subscriber;
        this.storeProgress = storeProgress;
        this.onClose = onClose;
    }

    ObjectFilter filter() {
        return filter;
    }

    /** Tells of a change that may concern it; on the thread that feeds the window, after the change was linked. */
    void announce(Entry before, Entry entry) {
        if (!armed) {
            return;
        }
        synchronized (this) {
            // a poll between link and announcement may have seen it already
            if (!armed || entry.sequence <= cursor.sequence || !entry.concerns(filter)) {
                return;
            }
            armed = false;
            cursor = before;
        }
        subscriber.onAvailable();
    }

    /** Ends it: the window goes away. */
    void lose(Revision revision) {
        synchronized (this) {
            lost = revision;
            ended = true;
            armed = false;
        }
        subscriber.onAvailable();
    }

    @Override
    public synchronized List<Change> poll(int max) {
        if (lost != null) {
            throw ended ? new EndedException(lost) : new SlowConsumerException(lost);
        }
        if (armed) {
            return List.of();
        }
        List<Change> changes = new ArrayList<>();
        while (changes.size() < max) {
            Entry next = next(changes.isEmpty());
            if (next == null) {
                break;
            }
            if (next == Entry.DROPPED) {
                lost = cursor.revision;
                throw new SlowConsumerException(cursor.revision);
            }
            cursor = next;
            Change change = next.revision.isAfter(after) ? next.seenBy(filter) : null;
            if (change != null) {
                changes.add(change);
            }
        }
        return changes;
    }

    /** The next link; if there is none and nothing was polled, arms. */
    @GuardedBy("this") private @Nullable Entry next(boolean arm) {
        Entry next = cursor.next;
        if (next != null || !arm) {
            return next;
        }
        armed = true;
        next = cursor.next; // linked before it could see that we are armed
        if (next != null) {
            armed = false;
        }
        return next;
    }

    @Override
    public Revision progress() {
        Revision delivered = storeProgress.get(); // before looking: what comes later is not in it
        synchronized (this) {
            if (armed) {
                return max(after, max(delivered, cursor.revision));
            }
            Entry next = cursor.next;
            boolean amidTransaction = next != null && next.revision.equals(cursor.revision);
            Revision seen = amidTransaction ? new Revision(cursor.revision.value() - 1) : cursor.revision;
            return max(after, seen);
        }
    }

    static Revision max(Revision one, Revision two) {
        return one.isAfter(two) ? one : two;
    }

    @Override
    public void close() {
        onClose.accept(this);
    }
}
