package io.kybern.operators.scheduler.queue;

import io.kybern.operators.scheduler.queue.QueuedPod.Place;
import java.time.Instant;
import java.util.Comparator;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The pods whose backoff is not over, by its end, then by priority, then by age. One that was refused may be taken early; one that
 * met an error has to wait. For one thread at a time.
 */
final class BackoffQueue {
    private final TreeSet<QueuedPod> refused = byEnd();
    private final TreeSet<QueuedPod> afterError = byEnd();

    private static TreeSet<QueuedPod> byEnd() {
        return new TreeSet<>(Comparator.<QueuedPod, Instant>comparing(queued -> queued.backoffUntil)
                .thenComparingInt(queued -> -queued.pod.priority())
                .thenComparingLong(queued -> queued.sequence));
    }

    /** Adds a pod, which must not change until it is taken or removed, and notes its place in it. */
    void add(QueuedPod queued) {
        if (queued.consecutiveErrors > 0) {
            queued.place = Place.ERROR_BACKOFF;
            afterError.add(queued);
        } else {
            queued.place = Place.BACKOFF;
            refused.add(queued);
        }
    }

    void remove(QueuedPod queued) {
        (queued.place == Place.ERROR_BACKOFF ? afterError : refused).remove(queued);
    }

    /** Takes a pod whose backoff is over; null if there is none. */
    @Nullable QueuedPod takeEnded(Instant now) {
        return hasEnded(refused, now)
                ? refused.removeFirst()
                : hasEnded(afterError, now) ? afterError.removeFirst() : null;
    }

    private static boolean hasEnded(TreeSet<QueuedPod> pods, Instant now) {
        return !pods.isEmpty() && !pods.first().backoffUntil.isAfter(now);
    }

    /** Takes the pod nearest to the end of its backoff that need not wait for it; null if there is none. */
    @Nullable QueuedPod takeEarly() {
        return refused.pollFirst();
    }

    /** When the first backoff ends that has to be waited for. */
    Optional<Instant> nextEnd() {
        return afterError.isEmpty() ? Optional.empty() : Optional.of(afterError.first().backoffUntil);
    }
}
