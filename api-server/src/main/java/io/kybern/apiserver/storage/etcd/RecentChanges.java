package io.kybern.apiserver.storage.etcd;

import io.kybern.apiserver.storage.KeyValueStore.Event;
import io.kybern.apiserver.storage.Revision;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;

/**
 * The newest changes: a cache that loads from a moment ago finds here what has happened since. Bounded in number and bytes;
 * whole transactions are forgotten. Not safe for threads.
 */
final class RecentChanges {
    private static final long MOST_BYTES = 32L << 20;

    private final int most;
    private final Deque<Event> events = new ArrayDeque<>();
    private long bytes;
    private long after;

    /** @param after everything later will be added */
    RecentChanges(int most, long after) {
        this.most = most;
        this.after = after;
    }

    void add(List<Event> later) {
        for (Event event : later) {
            events.add(event);
            bytes += event.value().length;
        }
        while (events.size() > most || bytes > MOST_BYTES) {
            forgetTransaction();
        }
    }

    private void forgetTransaction() {
        Revision oldest = events.getFirst().revision();
        while (!events.isEmpty() && events.getFirst().revision().equals(oldest)) {
            bytes -= events.removeFirst().value().length;
        }
        after = oldest.value();
    }

    /** Forgets all; what is added next comes after a revision. */
    void restart(long revision) {
        events.clear();
        bytes = 0;
        after = revision;
    }

    /** Whether all changes after a revision are here. */
    boolean covers(long revision) {
        return revision >= after;
    }

    /** The changes of keys with a prefix after a revision, in order. */
    List<Event> since(long revision, String prefix) {
        List<Event> found = new ArrayList<>();
        Iterator<Event> newestFirst = events.descendingIterator();
        while (newestFirst.hasNext()) {
            Event event = newestFirst.next();
            if (event.revision().value() <= revision) {
                break;
            }
            if (event.key().startsWith(prefix)) {
                found.add(event);
            }
        }
        return found.reversed();
    }
}
