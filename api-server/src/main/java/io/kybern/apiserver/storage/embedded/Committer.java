package io.kybern.apiserver.storage.embedded;

import io.kybern.apiserver.storage.KeyValueStore.Event;
import io.kybern.apiserver.storage.KeyValueStore.StorageUnavailableException;
import io.kybern.apiserver.storage.KeyValueStore.Write;
import io.kybern.apiserver.storage.Leases;
import io.kybern.apiserver.storage.OrderedMap;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.FutureTask;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that writes: group commit.
 *
 * <p>Writers enqueue a transaction and park. The committer takes all that wait, evaluates their compares in order against the
 * key index in memory, gives out revisions, makes the changes durable with one fsync, hands them to {@link Sink}, publishes
 * the new state and unparks the writers. Meanwhile the next batch fills: under load batches grow by themselves, idle
 * there is one fsync a write and no timer.
 *
 * <pre>
 *   writers    enqueue, park ............................................. unpark
 *   committer          take → evaluate → write + fsync → sink → publish ──┘ → take …
 * </pre>
 *
 * <p>A refused compare touches no disk, but is answered with its batch, since it may rest on a change of it. When a batch can't be
 * made durable it is unknown what of it a restart will find; so nothing of it is published or acknowledged, and all writes
 * are refused until the journal could be opened anew. What it has then is published, whether its writers were told of a failure
 * or not: to them it was unknown.
 *
 * <pre>
 *   writes ──(write failed)──► outage: all refused ──(reopened, now and then tried)──► writes
 *      └──(internal error, or what was durable is gone)──► broken: all refused, for good
 * </pre>
 */
final class Committer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Committer.class);

    /** Bounds of a batch, so that its first writer isn't kept waiting by the last. */
    private static final int MAX_TRANSACTIONS = 4_096;

    private static final long MAX_BYTES = 4L << 20;

    /** Between the tries to open the journal anew: at first, and at most. */
    private static final Duration FIRST_RETRY = Duration.ofMillis(100);

    private static final Duration LONGEST_RETRY = Duration.ofSeconds(5);

    /** The durable state: all live keys as of a revision. */
    record State(long revision, OrderedMap<String, KeyState> keys) {}

    /** Gets what became durable, in revision order. */
    interface Sink {
        /** @param publish makes it the state that all see; to be run once, whatever happens */
        void committed(List<Event> events, Runnable publish);

        /** Writes are refused from now on until {@link Committer#retry} ends that. */
        void refused();
    }

    private final Journal journal;
    private final Sink sink;
    private final Leases leases;
    private final InstantSource clock;
    private final Thread thread;
    private final Queue<Pending> queue = new ConcurrentLinkedQueue<>();
    private final Steps steps = new Steps();

    private volatile State state;
    private volatile boolean idle;
    private volatile boolean closed;
    /** Why it will never write again. */
    private volatile @Nullable StorageUnavailableException failure;
    /** Why it does not write now; the committer's. */
    private volatile @Nullable Outage outage;

    /** @param retryAt of {@link System#nanoTime} */
    private record Outage(StorageUnavailableException cause, long retryAt, Duration nextWait) {
        static Outage of(StorageUnavailableException cause, Duration wait) {
            Duration next = wait.multipliedBy(2);
            return new Outage(
                    cause,
                    System.nanoTime() + wait.toNanos(),
                    next.compareTo(LONGEST_RETRY) > 0 ? LONGEST_RETRY : next);
        }
    }

    Committer(Journal journal, State start, Sink sink, Leases leases, InstantSource clock) {
        this.journal = journal;
        this.state = start;
        this.sink = sink;
        this.leases = leases;
        this.clock = clock;
        this.thread = Thread.ofPlatform().daemon().name("store-committer").unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    State state() {
        return state;
    }

    /** Why writes are refused; empty: they aren't. */
    Optional<String> refusal() {
        StorageUnavailableException broken = failure;
        Outage out = outage;
        return broken != null
                ? Optional.of(String.valueOf(broken.getMessage()))
                : out != null ? Optional.of(String.valueOf(out.cause.getMessage())) : journal.shortage();
    }

    /** Lets it try to end an outage, if there is one, without a writer; whether there is none any more. */
    boolean retry() {
        if (outage != null) {
            submit(List.of()).await();
        }
        return outage == null;
    }

    /** Enqueues a transaction; its outcome is to be awaited. */
    Pending submit(List<Write> writes) {
        Pending pending = new Pending(writes);
        queue.add(pending);
        if (idle) {
            LockSupport.unpark(thread);
        }
        if (failure != null) { // perhaps nobody is there to take it any more
            failAllWaiting();
        }
        return pending;
    }

    /**
     * Has a step done between two batches, and waits for its end.
     *
     * @throws IOException if it could not be made durable; writes are refused then as after one of their own
     * @throws StorageUnavailableException if nothing can be written now
     */
    void between(Steps.Step step) throws IOException {
        FutureTask<?> task = steps.add(() -> unlessRefused(step));
        LockSupport.unpark(thread);
        if (failure != null) { // perhaps nobody is there to take it any more
            steps.cancelAll();
        }
        Steps.await(task);
    }

    private void unlessRefused(Steps.Step step) throws IOException {
        StorageUnavailableException refused = failure != null ? failure : outage != null ? outage.cause : null;
        if (refused != null) {
            throw refused;
        }
        try {
            step.run();
        } catch (IOException e) {
            fail(e);
            throw e;
        } catch (RuntimeException e) {
            fail(new IOException(e)); // nothing half done may stay in the journal
            throw e;
        }
    }

    private void run() {
        try {
            while (!closed) {
                steps.runNext();
                List<Pending> batch = take();
                if (batch.isEmpty()) {
                    awaitWork();
                } else {
                    commitOrFail(batch);
                }
            }
        } catch (RuntimeException | Error e) {
            LOG.error("the committer failed", e);
            if (failure == null) {
                failure = new StorageUnavailableException("the store refuses writes: internal error " + e, e);
            }
        } finally {
            if (failure == null) {
                failure = new StorageUnavailableException("the store is closed", null);
            }
            failAllWaiting();
            steps.cancelAll();
        }
    }

    private void awaitWork() {
        idle = true;
        if (queue.isEmpty() && steps.isEmpty() && !closed) {
            LockSupport.park(this);
        }
        idle = false;
    }

    private List<Pending> take() {
        List<Pending> batch = new ArrayList<>();
        long bytes = 0;
        while (batch.size() < MAX_TRANSACTIONS && bytes < MAX_BYTES) {
            Pending next = queue.poll();
            if (next == null) {
                break;
            }
            batch.add(next);
            bytes += next.bytes();
        }
        return batch;
    }

    /** Nobody waits for ever: what breaks here breaks the writers of the batch too. */
    private void commitOrFail(List<Pending> batch) {
        try {
            commit(batch);
        } catch (RuntimeException | Error e) {
            StorageUnavailableException cause =
                    new StorageUnavailableException("the store refuses writes: internal error " + e, e);
            failure = cause;
            batch.forEach(pending -> pending.complete(new Outcome.Failed(cause)));
            throw e;
        }
    }

    private void commit(List<Pending> batch) {
        StorageUnavailableException refused = failure != null ? failure : endOutage();
        Batch evaluated = new Batch(state, clock.millis(), refused == null ? journal.shortage() : Optional.empty());
        Outcome[] outcomes = new Outcome[batch.size()];
        for (int i = 0; i < outcomes.length; i++) {
            outcomes[i] = evaluated.evaluate(batch.get(i).writes);
        }
        if (refused == null && !evaluated.changes.isEmpty()) {
            refused = makeDurable(evaluated);
        }
        if (refused != null) {
            Arrays.fill(outcomes, new Outcome.Failed(refused));
        }
        Pending.complete(batch, outcomes);
    }

    /** Returns why it failed, or null. */
    private @Nullable StorageUnavailableException makeDurable(Batch batch) {
        try {
            journal.write(batch.changes);
        } catch (IOException e) {
            return fail(e);
        }
        batch.leases.forEach(leases::add);
        publish(batch.events, new State(batch.revision, batch.keys));
        return null;
    }

    private StorageUnavailableException fail(IOException e) {
        LOG.error("the store can't write and refuses writes until it can open its files again", e);
        StorageUnavailableException cause = new StorageUnavailableException(
                "the store refuses writes since one could not be made durable: " + e.getMessage(), e);
        outage = Outage.of(cause, FIRST_RETRY);
        sink.refused();
        return cause;
    }

    private void publish(List<Event> events, State next) {
        sink.committed(events, () -> state = next);
    }

    /** Opens the journal anew if it is time to try; returns why writes are refused still, or null. */
    private @Nullable StorageUnavailableException endOutage() {
        Outage out = outage;
        if (out == null) {
            return null;
        }
        if (System.nanoTime() - out.retryAt < 0 || journal.shortage().isPresent()) {
            return out.cause;
        }
        try {
            Journal.Found found = journal.reopen(state);
            if (!found.events().isEmpty()) {
                found.events().forEach(event -> addLease(event, found.state()));
                publish(found.events(), found.state());
            }
            outage = null;
            LOG.info(
                    "the store takes writes again, from revision {} on",
                    found.state().revision());
            return null;
        } catch (IOException e) {
            LOG.warn("the store can't open its files again and goes on to refuse writes: {}", e.getMessage());
            outage = Outage.of(out.cause, out.nextWait);
            return out.cause;
        }
    }

    private void addLease(Event event, State found) {
        KeyState key = found.keys().get(event.key());
        if (key != null && key.hasLease() && key.modified() == event.revision().value()) {
            leases.add(new Leases.Lease(event.key(), key.modified(), key.expires()));
        }
    }

    private void failAllWaiting() {
        StorageUnavailableException cause = failure;
        if (cause == null) {
            return;
        }
        for (Pending next = queue.poll(); next != null; next = queue.poll()) {
            next.complete(new Outcome.Failed(cause));
        }
    }

    /** Ends the thread after the batch in work; transactions that wait are refused. */
    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
