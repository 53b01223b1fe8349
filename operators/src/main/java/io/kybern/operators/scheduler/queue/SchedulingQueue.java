package io.kybern.operators.scheduler.queue;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.kybern.operators.scheduler.framework.ClusterEvent;
import io.kybern.operators.scheduler.framework.Profile;
import io.kybern.operators.scheduler.pod.PodInfo;
import io.kybern.operators.scheduler.pod.PodKey;
import io.kybern.operators.scheduler.queue.QueuedPod.Place;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;

/**
 * The pods that have no node yet.
 *
 * <pre>
 *            add                 take                     assigned, deleted
 *   (gated) ─────▶ active ─────────────────▶ in flight ─────────────────────▶ gone
 *                   ▲  ▲                        │  │ refused
 *     backoff is over  │ an event may help      │  ▼
 *                   │  └──────────────── unschedulable
 *                   │    an event may help,  │   │
 *                  backoff ◀─ backing off ───┘   │ an error
 *                        ◀───────────────────────┘
 * </pre>
 *
 * Active pods come out by priority, then by age. A refused pod rests until an event that one of the plugins that
 * refused it thinks helpful, or five minutes; events that arrive while the pod is in flight count as well, so none is
 * lost between decision and return. When nothing is active the pod nearest to the end of its backoff is taken early
 * (upstream's SchedulerPopFromBackoffQ), but not one that met an error. No timer runs: the thread that waits in
 * {@link #take} wakes when the next backoff ends.
 *
 * <p>Any thread may call. One lock; plugins are asked for hints under it, so hints must be quick and lock nothing.
 */
public final class SchedulingQueue {
    /** How long a refused pod rests at most when nothing happens; upstream's default. */
    public static final Duration MAX_REST = Duration.ofMinutes(5);

    private final Profile profile;
    private final Backoff backoff;
    private final InstantSource clock;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    @GuardedBy("lock") private final Map<PodKey, QueuedPod> all = new HashMap<>();

    @GuardedBy("lock") private final TreeSet<QueuedPod> active =
            new TreeSet<>(Comparator.<QueuedPod>comparingInt(queued -> -queued.pod.priority())
                    .thenComparing(queued -> queued.since)
                    .thenComparingLong(queued -> queued.sequence));

    @GuardedBy("lock") private final BackoffQueue backingOff = new BackoffQueue();

    /** In the order in which they came, so the first has rested longest. */
    @GuardedBy("lock") private final Set<QueuedPod> unschedulable = new LinkedHashSet<>();

    @GuardedBy("lock") private final Flights flights = new Flights();

    @GuardedBy("lock") private long nextSequence;

    @GuardedBy("lock") private boolean closed;

    public SchedulingQueue(Profile profile, Backoff backoff, InstantSource clock) {
        this.profile = profile;
        this.backoff = backoff;
        this.clock = clock;
    }

    /** Adds a pod, or brings the version of one that is here up to date, which may wake it. */
    public void put(PodInfo pod) {
        lock.lock();
        try {
            QueuedPod queued = all.get(pod.key());
            if (queued == null) {
                queued = new QueuedPod(nextSequence++, pod, clock.instant());
                all.put(pod.key(), queued);
                admit(queued);
            } else {
                update(queued, pod);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Forgets a pod: it was deleted, or has a node. */
    public void remove(PodKey key) {
        lock.lock();
        try {
            QueuedPod queued = all.remove(key);
            if (queued != null) {
                leave(queued);
            }
            flights.end(key);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Takes the next pod; waits while there is none.
     *
     * @return empty when the queue was closed
     */
    public Optional<Attempt> take() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (!closed) {
                Optional<Attempt> next = next();
                if (next.isPresent()) {
                    return next;
                }
                Optional<Duration> wake = nextWakeUp();
                if (wake.isPresent()) {
                    long ignored = changed.awaitNanos(wake.get().toNanos());
                } else {
                    changed.await();
                }
            }
            return Optional.empty();
        } finally {
            lock.unlock();
        }
    }

    /** As {@link #take}, but does not wait. */
    public Optional<Attempt> poll() {
        lock.lock();
        try {
            return next();
        } finally {
            lock.unlock();
        }
    }

    /** Ends the flight of a pod that has a node now as far as the scheduler can decide; it stays known until removed. */
    public void decided(PodKey key) {
        lock.lock();
        try {
            flights.end(key);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Gives a pod back that no node was found for.
     *
     * @param refusedBy the plugins that refused it; empty when it was an error, which is tried again by itself
     * @return false when the pod left meanwhile, so that nobody is to be told
     */
    public boolean giveBack(PodKey key, Set<String> refusedBy) {
        lock.lock();
        try {
            QueuedPod queued = all.get(key);
            if (queued == null || queued.place != Place.IN_FLIGHT) {
                flights.end(key);
                return false;
            }
            queued.failed(refusedBy, clock.instant(), backoff);
            if (profile.preEnqueue(queued.pod).isPresent()) {
                queued.place = Place.GATED;
            } else if (refusedBy.isEmpty() || helpedDuringFlight(queued)) {
                wake(queued);
            } else {
                queued.place = Place.UNSCHEDULABLE;
                unschedulable.add(queued);
                // The waiting thread may have no wake-up set for it yet.
                changed.signal();
            }
            flights.end(key);
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Wakes the refused pods that an event may help. */
    public void happened(ClusterEvent event) {
        if (!profile.isInterestedIn(event)) {
            return;
        }
        lock.lock();
        try {
            flights.note(event);
            for (QueuedPod queued : List.copyOf(unschedulable)) {
                if (profile.mayHelp(event, queued.pod, queued.refusedBy)) {
                    unschedulable.remove(queued);
                    wake(queued);
                }
            }
        } finally {
            lock.unlock();
        }
    }

    public void close() {
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    @GuardedBy("lock") private void update(QueuedPod queued, PodInfo pod) {
        PodInfo before = queued.pod;
        switch (queued.place) {
            case ACTIVE -> {
                active.remove(queued);
                queued.pod = pod;
                admit(queued);
            }
            case BACKOFF, ERROR_BACKOFF -> {
                leave(queued);
                queued.pod = pod;
                wake(queued);
            }
            case GATED -> {
                queued.pod = pod;
                admit(queued);
            }
            case UNSCHEDULABLE -> {
                queued.pod = pod;
                for (ClusterEvent event : ClusterEvent.ofPodUpdate(before, pod)) {
                    if (profile.mayHelp(event, pod, queued.refusedBy)) {
                        unschedulable.remove(queued);
                        wake(queued);
                        return;
                    }
                }
            }
            case IN_FLIGHT -> {
                queued.pod = pod;
                if (flights.has(pod.key())) {
                    ClusterEvent.ofPodUpdate(before, pod).forEach(flights::note);
                }
            }
        }
    }

    /** Puts a pod that is nowhere among the active ones, unless a gate holds it back. */
    @GuardedBy("lock") private void admit(QueuedPod queued) {
        if (profile.preEnqueue(queued.pod).isPresent()) {
            queued.place = Place.GATED;
            return;
        }
        queued.place = Place.ACTIVE;
        active.add(queued);
        changed.signal();
    }

    /** Puts a pod that is nowhere where it belongs when it shall be tried again. */
    @GuardedBy("lock") private void wake(QueuedPod queued) {
        if (!queued.backoffUntil.isAfter(clock.instant())) {
            admit(queued);
        } else {
            backingOff.add(queued);
            changed.signal();
        }
    }

    @GuardedBy("lock") private void leave(QueuedPod queued) {
        switch (queued.place) {
            case ACTIVE -> active.remove(queued);
            case BACKOFF, ERROR_BACKOFF -> backingOff.remove(queued);
            case UNSCHEDULABLE -> unschedulable.remove(queued);
            case GATED, IN_FLIGHT -> {}
        }
    }

    @GuardedBy("lock") private Optional<Attempt> next() {
        Instant now = clock.instant();
        for (QueuedPod ended = backingOff.takeEnded(now); ended != null; ended = backingOff.takeEnded(now)) {
            admit(ended);
        }
        endRests(now);
        QueuedPod queued = active.isEmpty() ? backingOff.takeEarly() : active.pollFirst();
        if (queued == null) {
            return Optional.empty();
        }
        queued.place = Place.IN_FLIGHT;
        queued.attempts++;
        flights.begin(queued.pod.key());
        return Optional.of(new Attempt(queued.pod, queued.attempts));
    }

    @GuardedBy("lock") private void endRests(Instant now) {
        for (var iterator = unschedulable.iterator(); iterator.hasNext(); ) {
            QueuedPod queued = iterator.next();
            if (queued.since.plus(MAX_REST).isAfter(now)) {
                return;
            }
            iterator.remove();
            wake(queued);
        }
    }

    /** How long until time alone gives something to do. */
    @GuardedBy("lock") private Optional<Duration> nextWakeUp() {
        Optional<Instant> backedOff = backingOff.nextEnd();
        Optional<Instant> rested = unschedulable.stream().findFirst().map(queued -> queued.since.plus(MAX_REST));
        return Stream.concat(backedOff.stream(), rested.stream())
                .min(Comparator.naturalOrder())
                .map(next -> Duration.between(clock.instant(), next));
    }

    @GuardedBy("lock") private boolean helpedDuringFlight(QueuedPod queued) {
        return flights.eventsDuring(queued.pod.key())
                .anyMatch(event -> profile.mayHelp(event, queued.pod, queued.refusedBy));
    }

    /** How many pods are where, for people and tests. */
    public Map<String, Integer> sizes() {
        lock.lock();
        try {
            var sizes = new HashMap<String, Integer>();
            all.values().forEach(queued -> sizes.merge(queued.place.name(), 1, Integer::sum));
            return sizes;
        } finally {
            lock.unlock();
        }
    }
}
