package io.kybern.apiserver.storage.cache;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.kybern.apiserver.storage.Revision;

/**
 * The recent changes of a resource, as a chain from the oldest that is kept to the newest.
 *
 * <pre>
 *   dropped ──✂   oldest → entry → entry → newest
 *                            ↑ cursor: has seen this one
 * </pre>
 *
 * The oldest entry stands for the state before the first change that a cursor can still get. Changes stay for {@link
 * #KEEP_MILLIS}, which is what kube-apiserver's watch cache aims at, but never more than {@link #MAX_ENTRIES} or {@link
 * #MAX_BYTES} of objects. Changes are appended by one thread; any may read, and {@link #prepend}.
 */
final class ChangeWindow {
    private static final long KEEP_MILLIS = 75_000;
    private static final int MAX_ENTRIES = 16_384;
    private static final long MAX_BYTES = 32L << 20;
    private static final int MIN_ENTRIES = 16;

    private final int maxEntries;
    private volatile Entry oldest;
    private volatile Entry newest;

    @GuardedBy("this") private int size = 1;

    @GuardedBy("this") private long bytes;

    ChangeWindow(Entry start) {
        this(start, MAX_ENTRIES);
    }

    ChangeWindow(Entry start, int maxEntries) {
        this.oldest = start;
        this.newest = start;
        this.bytes = start.bytes();
        this.maxEntries = maxEntries;
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

    synchronized void append(Entry entry) {
        newest.next = entry;
        newest = entry;
        size++;
        bytes += entry.bytes();
        while (size > 1 && isOver(entry.atMillis)) {
            drop();
        }
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
        }
    }

    @GuardedBy("this") private boolean isOver(long nowMillis) {
        return size > maxEntries
                || bytes > MAX_BYTES
                || size > MIN_ENTRIES && oldest.atMillis < nowMillis - KEEP_MILLIS;
    }

    @GuardedBy("this") private void drop() {
        Entry first = oldest;
        Entry second = first.next;
        if (second == null) {
            throw new IllegalStateException("the newest change can't be dropped");
        }
        oldest = second;
        first.next = Entry.DROPPED;
        size--;
        bytes -= first.bytes();
    }

    /** The last entry at or before a revision; {@link Entry#DROPPED} if it is no longer kept. */
    Entry at(Revision revision) {
        Entry last = newest;
        if (!last.revision.isAfter(revision)) {
            return last;
        }
        Entry found = oldest;
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
}
