package io.kybern.apiserver.storage.etcd;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * How far the changes have come, and who waits for that. Changes of the watched keys come by themselves; the counter of etcd
 * moves also for others, so who waits asks for word after a moment, and again now and then. Source: KEP-2340.
 */
final class Progress {
    /** A change that is on its way has come by then. */
    private static final long MOMENT_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private static final long AGAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition moved = lock.newCondition();

    /** Asks etcd for word; called without the lock. */
    private final Runnable request;

    private volatile long reached;

    /** Only touched under {@link #lock}. */
    private int waiting;

    Progress(long reached, Runnable request) {
        this.reached = reached;
        this.request = request;
    }

    long reached() {
        return reached;
    }

    /** Never back. */
    void reach(long revision) {
        lock.lock();
        try {
            if (revision > reached) {
                reached = revision;
                if (waiting > 0) {
                    moved.signalAll();
                }
            }
        } finally {
            lock.unlock();
        }
    }

    /** Waits until a revision is reached; false when {@code timeout} passed. */
    boolean await(long revision, Duration timeout) throws InterruptedException {
        long end = System.nanoTime() + timeout.toNanos();
        long pause = MOMENT_NANOS;
        while (reached < revision) {
            long left = end - System.nanoTime();
            if (left <= 0) {
                return false;
            }
            if (!awaitOnce(revision, Math.min(left, pause))) {
                request.run();
                pause = AGAIN_NANOS;
            }
        }
        return true;
    }

    private boolean awaitOnce(long revision, long nanos) throws InterruptedException {
        long left = nanos;
        lock.lock();
        waiting++;
        try {
            while (reached < revision) {
                if (left <= 0) {
                    return false;
                }
                left = moved.awaitNanos(left);
            }
            return true;
        } finally {
            waiting--;
            lock.unlock();
        }
    }
}
