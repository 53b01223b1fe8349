package io.kybern.apiserver.storage;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/**
 * Which keys end when. A key that was written again or removed leaves its old entry behind; whoever acts on {@link #due}
 * expects the revision that the lease was given with, and so does nothing for those.
 */
public final class Leases {
    public record Lease(String key, long modified, long expires) {}

    @GuardedBy("this") private final PriorityQueue<Lease> byEnd = new PriorityQueue<>(Comparator.comparingLong(Lease::expires));

    public synchronized void add(Lease lease) {
        byEnd.add(lease);
    }

    /** When the first one ends, in milliseconds of the clock; {@link Long#MAX_VALUE} if none does. */
    public synchronized long earliest() {
        Lease first = byEnd.peek();
        return first == null ? Long.MAX_VALUE : first.expires();
    }

    /** Removes and returns the leases that have ended. */
    public synchronized List<Lease> due(long nowMillis) {
        List<Lease> due = new ArrayList<>();
        for (Lease first = byEnd.peek(); first != null && first.expires() <= nowMillis; first = byEnd.peek()) {
            due.add(first);
            byEnd.remove();
        }
        return due;
    }
}
