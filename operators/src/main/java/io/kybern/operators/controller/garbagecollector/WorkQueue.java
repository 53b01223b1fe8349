package io.kybern.operators.controller.garbagecollector;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.kybern.operators.controller.garbagecollector.Graph.Work;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/**
 * Work that waits, each piece once; done by a bounded number of virtual threads, which exist only while there is work.
 * What fails is done again, later and later.
 */
final class WorkQueue implements AutoCloseable {
    private static final long FIRST_RETRY_MILLIS = 10;
    private static final long LAST_RETRY_MILLIS = 300_000;

    /** Does a piece; false or an exception: do it again later. */
    interface Worker {
        boolean work(Work work) throws InterruptedException;
    }

    private final Worker worker;
    private final int concurrency;
    private final Executor threads = work -> Thread.ofVirtual().name("garbage").start(work);

    @GuardedBy("this") private final Queue<Work> waiting = new ArrayDeque<>();

    @GuardedBy("this") private final Set<Work> queued = new HashSet<>();

    @GuardedBy("this") private final Map<Work, Integer> failures = new HashMap<>();

    @GuardedBy("this") private final Set<Work> running = new HashSet<>();

    @GuardedBy("this") private boolean open;

    WorkQueue(int concurrency, Worker worker) {
        this.concurrency = concurrency;
        this.worker = worker;
    }

    /** Work may begin. */
    synchronized void open() {
        open = true;
        dispatch();
    }

    synchronized void add(Collection<Work> work) {
        for (Work piece : work) {
            // What is being done already waits until that is over: two at once would only be in each other's way.
            if (queued.add(piece) && !running.contains(piece)) {
                waiting.add(piece);
            }
        }
        dispatch();
    }

    private synchronized void dispatch() {
        while (open && running.size() < concurrency && !waiting.isEmpty()) {
            Work next = waiting.remove();
            queued.remove(next);
            running.add(next);
            threads.execute(() -> run(next));
        }
    }

    private void run(Work piece) {
        boolean done = false;
        try {
            done = worker.work(piece);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            finished(piece, done);
        }
    }

    private synchronized void finished(Work piece, boolean done) {
        running.remove(piece);
        if (queued.contains(piece)) {
            waiting.add(piece);
        }
        if (done) {
            failures.remove(piece);
        } else if (open) {
            int count = failures.merge(piece, 1, Integer::sum);
            long delay = Math.min(LAST_RETRY_MILLIS, FIRST_RETRY_MILLIS << Math.min(count, 20));
            CompletableFuture.delayedExecutor(delay, TimeUnit.MILLISECONDS, threads)
                    .execute(() -> add(Set.of(piece)));
        }
        dispatch();
    }

    @Override
    public synchronized void close() {
        open = false;
        waiting.clear();
        queued.clear();
    }
}
