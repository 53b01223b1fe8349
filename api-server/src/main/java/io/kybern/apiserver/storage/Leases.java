package io.kybern.apiserver.storage;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Duration;
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

    /** When whoever ends leases looks next, in milliseconds of the clock. */
    @GuardedBy("this") private long planned = Long.MAX_VALUE;

    public synchronized void add(Lease lease) {
        byEnd.add(lease);
    }

    /** For how long none ends, unless {@link #endsEarlier} says otherwise before. */
    public synchronized Duration untilNext(long nowMillis) {
        planned = earliest();
        return Duration.ofMillis(Math.max(0, planned - nowMillis));
    }

    /** Whether one ends before the moment that {@link #untilNext} told last; also if that was never asked. */
    public synchronized boolean endsEarlier() {
        return earliest() < planned;
    }

    @GuardedBy("this") private long earliest() {
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
