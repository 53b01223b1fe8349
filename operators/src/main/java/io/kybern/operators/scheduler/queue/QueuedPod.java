package io.kybern.operators.scheduler.queue;

import io.kybern.operators.scheduler.pod.PodInfo;
import java.time.Instant;
import java.util.Set;

/**
 * A pod in the queue with its history. Mutable, but only by {@link SchedulingQueue} under its lock; what
 * {@link SchedulingQueue#take} hands out is {@link Attempt}, which is not.
 */
final class QueuedPod {
    /** Where it is. */
    enum Place {
        ACTIVE,
        BACKOFF,
        /** Backing off after an error rather than a refusal: not taken early when nothing else waits. */
        ERROR_BACKOFF,
        UNSCHEDULABLE,
        GATED,
        /** Taken, and not yet given back. */
        IN_FLIGHT
    }

    final long sequence;
    PodInfo pod;
    Place place = Place.GATED;
    /** When it entered the queue or came back to it last. */
    Instant since;

    int attempts;
    int refusals;
    int consecutiveErrors;
    Instant backoffUntil = Instant.EPOCH;
    Set<String> refusedBy = Set.of();

    QueuedPod(long sequence, PodInfo pod, Instant since) {
        this.sequence = sequence;
        this.pod = pod;
        this.since = since;
    }

    /**
     * Notes that no node was found, and how long the pod is not to be tried again.
     *
     * @param by the plugins that refused it; empty when it was an error
     */
    void failed(Set<String> by, Instant now, Backoff backoff) {
        since = now;
        refusedBy = Set.copyOf(by);
        if (by.isEmpty()) {
            consecutiveErrors++;
            backoffUntil = now.plus(backoff.after(consecutiveErrors));
        } else {
            refusals++;
            consecutiveErrors = 0;
            backoffUntil = now.plus(backoff.after(refusals));
        }
    }
}
