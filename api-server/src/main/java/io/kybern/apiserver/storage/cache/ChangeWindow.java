package io.kybern.apiserver.storage.cache;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.kybern.apiserver.storage.Revision;
import io.kybern.apiserver.storage.StoredObject;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * The recent changes of a resource, as a chain from the oldest that is kept to the newest.
 *
 * <pre>
 *   dropped ──✂   oldest → entry → entry → packed → entry → entry → newest
 *                            ↑ cursor: has seen this one
 * </pre>
 *
 * The oldest entry stands for the state before the first change that a cursor can still get. Changes stay for {@link
 * #KEEP_MILLIS}, which is what kube-apiserver's watch cache aims at, but never more than {@link #MAX_ENTRIES}, as there, or than
 * {@link HistoryLimits} allow. What the newest state holds too isn't counted; what is superseded is packed when there is some of
 * it, from the oldest on.
 *
 * <p>Changes are appended by one thread; any may read, and {@link #prepend}.
 */
final class ChangeWindow {
    private static final long KEEP_MILLIS = 75_000;
    private static final int MAX_ENTRIES = 100 * 1024;
    private static final int MIN_ENTRIES = 16;
    /** One of so many entries is known by itself, so that a revision is found without following the whole chain. */
    private static final int MILESTONE_EVERY = 256;
    /** Between two moments at which who packs lets others have the processor. */
    private static final int PACKED_AT_ONCE = 16;

    private final HistoryLimits limits;
    private volatile Entry oldest;
    private volatile Entry newest;

    @GuardedBy("this") private int size = 1;

    @GuardedBy("this") private long bytes;
    /** What of them is not packed. */
    @GuardedBy("this") private long plainBytes;

    @GuardedBy("this") private final Deque<Entry> milestones = new ArrayDeque<>();
    /** The newest that was packed. */
    @GuardedBy("this") private Entry packed;

    @GuardedBy("this") private boolean isPacking;
    /** The last state of a deleted object, by which those of others are packed. */
    private @Nullable StoredObject likely;

    ChangeWindow(Entry start, HistoryLimits limits) {
        this.oldest = start;
        this.newest = start;
        this.packed = start;
        this.bytes = start.held;
        this.limits = limits;
    }

    Entry newest() {
        return newest;
    }

    Entry oldest() {
        return oldest;
    }

    /** Whether the oldest entry is no change but the state at the load: then what was before can be prepended. */
    boolean beginsWithLoad() {
        Entry first = oldest;
        return first.current == null && first.previous == null;
    }

    /** Cursors can start from here on. */
    Revision oldestRevision() {
        return oldest.revision;
    }

    void append(Entry entry) {
        if (link(entry)) {
            limits.packing().execute(this::pack);
        }
    }

    /** Returns whether there is something to pack, and nobody who does. */
    private synchronized boolean link(Entry entry) {
        newest.next = entry;
        newest = entry;
        size++;
        bytes += entry.held;
        plainBytes += entry.held;
        if (entry.sequence % MILESTONE_EVERY == 0) {
            milestones.add(entry);
        }
        while (size > 1 && isOver(entry.atMillis)) {
            drop();
        }
        boolean begins = !isPacking && plainBytes > 2 * limits.unpackedBytes();
        isPacking |= begins;
        return begins;
    }

    /**
     * Puts the changes of another window, which is not used any more, before an entry that was found to be the oldest. Does
     * nothing if it no longer is.
     */
    synchronized void prepend(ChangeWindow past, Entry before) {
        if (oldest != before) {
            return;
        }
        synchronized (past) {
            past.newest.next = before;
            oldest = past.oldest;
            size += past.size;
            bytes += past.bytes;
            past.milestones.descendingIterator().forEachRemaining(milestones::addFirst);
        }
    }

    @GuardedBy("this") private boolean isOver(long nowMillis) {
        return size > MAX_ENTRIES
                || bytes > limits.bytes()
                || size > MIN_ENTRIES && oldest.atMillis < nowMillis - KEEP_MILLIS;
    }

    @GuardedBy("this") private void drop() {
        Entry first = oldest;
        Entry second = first.next;
        if (second == null) {
            throw new IllegalStateException("the newest change can't be dropped");
        }
        if (first == packed) {
            packed = second;
            plainBytes -= second.held;
        }
        if (first == milestones.peek()) {
            milestones.remove();
        }
        oldest = second;
        first.next = Entry.DROPPED;
        size--;
        bytes -= first.held;
    }

    /** Packs from the oldest on that is not, until little is left. */
    private void pack() {
        int count = 0;
        for (Entry entry = nextToPack(); entry != null; entry = nextToPack()) {
            StoredObject last = entry.previous;
            int saved = entry.pack(likely);
            if (entry.current == null && saved == 0) {
                likely = last;
            }
            save(entry, saved);
            if (++count % PACKED_AT_ONCE == 0) {
                Thread.yield();
            }
        }
    }

    private synchronized @Nullable Entry nextToPack() {
        Entry next = packed.next;
        if (next == null || plainBytes <= limits.unpackedBytes()) {
            isPacking = false;
            return null;
        }
        packed = next;
        plainBytes -= next.held;
        return next;
    }

    private synchronized void save(Entry entry, int saved) {
        entry.held -= saved;
        if (entry.next != Entry.DROPPED) {
            bytes -= saved;
        }
    }

    /** The last entry at or before a revision; {@link Entry#DROPPED} if it is no longer kept. */
    Entry at(Revision revision) {
        Entry last = newest;
        if (!last.revision.isAfter(revision)) {
            return last;
        }
        Entry found = before(revision);
        // The oldest may share its transaction with one that is dropped, but what is after its revision is all here.
        if (found.revision.isAfter(revision)) {
            return Entry.DROPPED;
        }
        while (true) {
            Entry next = found.next;
            if (next == null || next != Entry.DROPPED && next.revision.isAfter(revision)) {
                return found;
            }
            if (next == Entry.DROPPED) {
                return Entry.DROPPED;
            }
            found = next;
        }
    }

    /** Somewhere before what is searched, or the oldest. */
    private synchronized Entry before(Revision revision) {
        Entry found = oldest;
        for (Entry milestone : milestones) {
            if (milestone.revision.isAfter(revision)) {
                break;
            }
            found = milestone;
        }
        return found;
    }
}
