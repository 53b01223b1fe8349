package io.kybern.operators.leaderelection;

import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.kybern.operators.event.EventNote;
import io.kybern.operators.event.EventRecorder;
import io.kybern.operators.leaderelection.Candidate.Sight;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Leads while it holds a Lease, and stands by else:
 *
 * <pre>
 *                  taken                             lost: fence, end
 * standing by ───────────────► leading: begin … ──────────────────────► standing by
 *    ▲   │                       ▲     └── closed: end, release ──► over
 *    │   └─ silent: prepare ─────┘ taken
 *    └────── renewed: end ───┘
 * </pre>
 *
 * <p>Who stands by looks at the Lease more often than it is renewed, since what counts is when a renewal was <em>seen</em>, and a leader
 * that leaves is to have a successor at once; and it looks at what its server knows, which may be old, but comes while etcd elects. When half of its time has passed without a renewal it prepares itself, so that
 * it acts when the Lease is over, and not when it has read what there is.
 *
 * <p>A leader that could not renew for {@link LeaderElectionConfig#renewDeadline} stops, whatever its attempts wait for; others
 * take over when they have seen no change for the whole lease. So there is the difference of both to stop in.
 *
 * <p>An attempt gets half of that time, so that there is another one when a single answer is lost, or comes late.
 *
 * <p><b>Threads.</b> {@code election-LEASE} keeps the time and decides; each attempt has a thread of its own, which is not virtual:
 * those wait in one line, and what a term does at its start would keep the lease from being renewed. Each term has a virtual one.
 */
public final class LeaderElector implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LeaderElector.class);

    /** A term that has not ended by then is left alone. */
    private static final Duration LONGEST_END = Duration.ofSeconds(30);

    private final Lock lock;
    private final Candidate candidate;
    private final String identity;
    private final LeaderElectionConfig config;
    private final Supplier<Leadership> terms;
    private final EventRecorder events;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final CompletableFuture<String> firstLeader = new CompletableFuture<>();
    private final Thread thread;

    /** The Lease at the last look that was answered. Confined to {@link #thread}. */
    private @Nullable Sight sight;

    /** A term that may begin; there is none while the leader shows that it lives. Confined to {@link #thread}. */
    private @Nullable Term prepared;

    LeaderElector(
            Lock lock,
            Candidate candidate,
            String identity,
            LeaderElectionConfig config,
            Supplier<Leadership> terms,
            EventRecorder events) {
        this.lock = lock;
        this.candidate = candidate;
        this.identity = identity;
        this.config = config;
        this.terms = terms;
        this.events = events;
        this.thread =
                Thread.ofPlatform().daemon().name("election-" + lock.describe()).unstarted(this::run);
    }

    /**
     * Becomes a candidate.
     *
     * @param client reads and writes the lease; it is not closed
     * @param identity tells this process from others
     * @param terms makes what this does as the leader, anew for each term
     * @param events is told who leads
     */
    public static LeaderElector start(
            KubernetesClient client,
            String namespace,
            String name,
            String identity,
            LeaderElectionConfig config,
            Supplier<Leadership> terms,
            EventRecorder events) {
        LeaseLock lock = new LeaseLock(client, namespace, name);
        LeaderElector elector = new LeaderElector(
                lock,
                new Candidate(lock, identity, config.leaseDuration(), InstantSource.system(), System::nanoTime),
                identity,
                config,
                terms,
                events);
        elector.begin();
        return elector;
    }

    /**
     * Who led first since this is a candidate; blocks until that is known.
     *
     * @throws TimeoutException if that takes longer than {@code patience}
     */
    public String awaitLeader(Duration patience) throws InterruptedException, TimeoutException {
        try {
            return firstLeader.get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    void begin() {
        thread.start();
    }

    private void run() {
        try {
            while (acquire()) {
                lead();
                if (closing.await(config.retryPeriod().toNanos(), TimeUnit.NANOSECONDS)) {
                    return;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Stands by until this holds the lease; false if it is closed before. */
    private boolean acquire() throws InterruptedException {
        while (true) {
            Optional<Sight> now = look(longestAttempt());
            if (now.isPresent() && now.get().held()) {
                return true;
            }
            if (now.isPresent() && now.get().isHalfOver(System.nanoTime())) {
                prepare();
            } else if (now.isPresent()) {
                discard();
            }
            if (closing.await(untilNextLook(now), TimeUnit.NANOSECONDS)) {
                discard();
                return false;
            }
        }
    }

    private long untilNextLook(Optional<Sight> now) {
        long period = config.retryPeriod().toNanos();
        if (now.isEmpty()) {
            return jittered(period);
        }
        long pause = jittered(period / LeaderElectionConfig.LOOKS);
        long left = now.get().ends() - System.nanoTime();
        // An end that is near is waited for.
        return left > 0 ? Math.min(pause, left + TimeUnit.MILLISECONDS.toNanos(1)) : pause;
    }

    private static long jittered(long pause) {
        double more = LeaderElectionConfig.JITTER * ThreadLocalRandom.current().nextDouble();
        return pause + (long) (pause * more);
    }

    private void prepare() {
        if (prepared == null) {
            LOG.info("no sign of the leader of {} for half of its lease: preparing to lead", lock.describe());
            prepared = new Term(lock.describe(), terms.get());
        }
    }

    private void discard() throws InterruptedException {
        if (prepared != null) {
            end(prepared);
            prepared = null;
        }
    }

    private void end(Term term) throws InterruptedException {
        term.over();
        if (!term.awaitEnd(LONGEST_END)) {
            LOG.warn("what was done as the leader of {} has not ended for {}", lock.describe(), LONGEST_END);
        }
    }

    /** Source: kube-controller-manager's client for its Lease. */
    private Duration longestAttempt() {
        return config.renewDeadline().dividedBy(2);
    }

    /** Takes the lease if that can be; empty after {@code patience}, whatever the attempt still does, and if it failed. */
    private Optional<Sight> look(Duration patience) throws InterruptedException {
        Sight before = sight;
        FutureTask<Sight> attempt = new FutureTask<>(() -> candidate.attempt(before));
        Thread.ofPlatform().daemon().name("election-attempt").start(attempt);
        try {
            Sight now = attempt.get(patience.toNanos(), TimeUnit.NANOSECONDS);
            if (before == null || !before.holder().equals(now.holder())) {
                LOG.info("{} is led by {}", lock.describe(), now.holder().isEmpty() ? "nobody" : now.holder());
            }
            sight = now;
            if (!now.holder().isEmpty()) {
                firstLeader.complete(now.holder());
            }
            return Optional.of(now);
        } catch (TimeoutException e) {
            LOG.warn("no answer about the lease {} for {}", lock.describe(), patience);
        } catch (ExecutionException e) {
            LOG.warn(
                    "can't use the lease {}: {}",
                    lock.describe(),
                    e.getCause() == null ? e : e.getCause().getMessage());
        }
        attempt.cancel(true);
        return Optional.empty();
    }

    /** Begins a term, renews until it is over, and ends it. */
    private void lead() throws InterruptedException {
        tell("became leader");
        Term term = prepared == null ? new Term(lock.describe(), terms.get()) : prepared;
        prepared = null;
        term.begin();
        boolean held = renewUntilOver(term);
        if (!held) {
            LOG.warn("the lease {} is lost", lock.describe());
            term.fence();
            end(term);
        }
        tell("stopped leading");
        if (held && sight != null) {
            release(sight);
        }
    }

    /** Whether the lease is still held when the term has ended: by {@link #close}, or by itself. */
    private boolean renewUntilOver(Term term) throws InterruptedException {
        Duration period = config.retryPeriod();
        long started = System.nanoTime();
        long deadline = started + config.renewDeadline().toNanos();
        while (!term.hasEnded()) {
            Duration pause = Duration.ofNanos(Math.max(1, started + period.toNanos() - System.nanoTime()));
            if (term.isOver()) {
                term.awaitEnd(pause);
            } else if (closing.await(pause.toNanos(), TimeUnit.NANOSECONDS)) {
                term.over(); // it ends while the lease is still held
                continue;
            }
            started = System.nanoTime();
            long left = Math.max(1, deadline - started);
            Optional<Sight> now =
                    look(Duration.ofNanos(Math.min(left, longestAttempt().toNanos())));
            if (now.isPresent() && now.get().held()) {
                deadline = started + config.renewDeadline().plus(period).toNanos();
            } else if (System.nanoTime() - deadline >= 0 || isAnothers()) {
                return false;
            }
        }
        return true;
    }

    private boolean isAnothers() {
        return sight != null && !sight.holder().isEmpty() && !sight.holder().equals(identity);
    }

    private void release(Sight held) throws InterruptedException {
        FutureTask<Boolean> release = new FutureTask<>(() -> candidate.release(held), true);
        Thread.ofPlatform().daemon().name("election-release").start(release);
        try {
            release.get(config.renewDeadline().toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException | TimeoutException e) {
            LOG.warn("the lease {} could not be given back: it ends by itself", lock.describe(), e);
        }
    }

    private void tell(String what) {
        Sight now = sight;
        if (now != null) {
            Lease lease = now.lease();
            events.record(EventNote.normal(lease, "LeaderElection", identity + " " + what));
        }
    }

    /** Ends the term if there is one, gives the lease back, and is over; blocks until then. */
    @Override
    public void close() {
        closing.countDown();
        try {
            thread.join(LONGEST_END.plus(config.leaseDuration()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
