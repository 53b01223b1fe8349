package io.kybern.operators.leaderelection;

import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.kybern.operators.event.EventNote;
import io.kybern.operators.event.EventRecorder;
import io.kybern.operators.leaderelection.Candidate.Sight;
import java.time.Duration;
import java.time.InstantSource;
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
 *            taken                       lost: fence, end
 * standing by ────► leading: begin … ──────────────────────► standing by
 *                          └── closed: end, release ──► over
 * </pre>
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

    /** Confined to {@link #thread}. */
    private @Nullable Sight sight;

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
            if (attempt(longestAttempt())) {
                return true;
            }
            long pause = config.retryPeriod().toNanos();
            pause += (long) (pause
                    * LeaderElectionConfig.JITTER
                    * ThreadLocalRandom.current().nextDouble());
            long left = sight == null ? 0 : sight.ends() - System.nanoTime();
            if (left > 0) { // an end that is near is waited for
                pause = Math.min(pause, left + TimeUnit.MILLISECONDS.toNanos(1));
            }
            if (closing.await(pause, TimeUnit.NANOSECONDS)) {
                return false;
            }
        }
    }

    /** Source: kube-controller-manager's client for its Lease. */
    private Duration longestAttempt() {
        return config.renewDeadline().dividedBy(2);
    }

    /** Whether this holds the lease since; false after {@code patience}, whatever the attempt still does. */
    private boolean attempt(Duration patience) throws InterruptedException {
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
            return now.held();
        } catch (TimeoutException e) {
            LOG.warn("no answer about the lease {} for {}", lock.describe(), patience);
        } catch (ExecutionException e) {
            LOG.warn(
                    "can't use the lease {}: {}",
                    lock.describe(),
                    e.getCause() == null ? e : e.getCause().getMessage());
        }
        attempt.cancel(true);
        return false;
    }

    /** Begins a term, renews until it is over, and ends it. */
    private void lead() throws InterruptedException {
        tell("became leader");
        Term term = new Term(lock.describe(), terms.get());
        boolean held = renewUntilOver(term);
        if (!held) {
            LOG.warn("the lease {} is lost", lock.describe());
            term.fence();
            term.over();
            if (!term.awaitEnd(LONGEST_END)) {
                LOG.warn("what was done as the leader of {} has not ended for {}", lock.describe(), LONGEST_END);
            }
        }
        tell("stopped leading");
        if (held) {
            release();
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
            if (attempt(Duration.ofNanos(Math.min(left, longestAttempt().toNanos())))) {
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

    private void release() throws InterruptedException {
        FutureTask<Boolean> release = new FutureTask<>(candidate::release, true);
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
