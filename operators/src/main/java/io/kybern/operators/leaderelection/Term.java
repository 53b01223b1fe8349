package io.kybern.operators.leaderelection;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One {@link Leadership} on a thread of its own: {@code prepare}, {@code begin} when it is told to, then nothing until the term is over,
 * then {@code end}. A start that is under way then is interrupted, an end never.
 */
final class Term {
    private static final Logger LOG = LoggerFactory.getLogger(Term.class);

    private final String what;
    private final Leadership leadership;
    private final CountDownLatch decided = new CountDownLatch(1);
    private final CountDownLatch over = new CountDownLatch(1);
    private final CountDownLatch ended = new CountDownLatch(1);
    private final Thread thread;

    @GuardedBy("this") private boolean starting = true;

    /**
     * Starts to prepare.
     *
     * @param what is led, for messages
     */
    Term(String what, Leadership leadership) {
        this.what = what;
        this.leadership = leadership;
        this.thread = Thread.ofVirtual().name("leader-" + what).start(this::run);
    }

    private void run() {
        try {
            start();
            leadership.end();
        } catch (RuntimeException e) {
            LOG.error("the end as leader of {} failed", what, e);
        } finally {
            ended.countDown();
        }
    }

    private void start() {
        try {
            boolean prepared = tryToPrepare();
            decided.await();
            if (!isOver()) {
                if (!prepared) {
                    leadership.prepare();
                }
                leadership.begin();
            }
            started();
            over.await();
        } catch (InterruptedException e) {
            // the term is over
        } catch (RuntimeException e) {
            LOG.error("can't start as leader of {}", what, e);
        } finally {
            started();
        }
    }

    private boolean tryToPrepare() throws InterruptedException {
        try {
            leadership.prepare();
            return true;
        } catch (RuntimeException e) {
            LOG.warn("can't prepare to lead {}: {}; that is tried again when the term begins", what, e.getMessage());
            return false;
        }
    }

    private synchronized void started() {
        starting = false;
    }

    /** Lets it act, as soon as it is prepared; does not wait for that. */
    void begin() {
        decided.countDown();
    }

    /** Lets it come to its end; does not wait for that. */
    void over() {
        over.countDown();
        decided.countDown();
        synchronized (this) {
            if (starting) {
                thread.interrupt();
            }
        }
    }

    boolean isOver() {
        return over.getCount() == 0;
    }

    void fence() {
        leadership.fence();
    }

    /** Whether it came to its end within {@code patience}. */
    boolean awaitEnd(Duration patience) throws InterruptedException {
        return ended.await(patience.toNanos(), TimeUnit.NANOSECONDS);
    }

    boolean hasEnded() {
        return ended.getCount() == 0;
    }
}
