package io.kybern.apiserver.http;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
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

    /** One request; {@link #leave} counts once. */
    final class Entry {
        private final AtomicBoolean open = new AtomicBoolean(true);

        void leave() {
            if (open.compareAndSet(true, false) && requests.decrementAndGet() == 0 && closing) {
                none.countDown();
            }
        }
    }

    Entry enter() {
        requests.incrementAndGet();
        return new Entry();
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
