package io.kybern.apiserver.http;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Counts the requests that have no answer yet, so that a server that stops can wait for them. Any thread may enter and
 * leave; one waits, once. A watch has its answer as soon as it streams.
 *
 * <pre>
 * counting ──awaitNone──► closing ──the last leaves──► none
 * </pre>
 */
final class InFlight {
    private final AtomicLong requests = new AtomicLong();
    private final CountDownLatch none = new CountDownLatch(1);
    private volatile boolean closing;

    void enter() {
        requests.incrementAndGet();
    }

    void leave() {
        if (requests.decrementAndGet() == 0 && closing) {
            none.countDown();
        }
    }

    /** Returns when a moment has come in which none was open; whether that was within {@code patience}. */
    boolean awaitNone(Duration patience) {
        closing = true;
        if (requests.get() == 0) {
            return true;
        }
        try {
            return none.await(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
