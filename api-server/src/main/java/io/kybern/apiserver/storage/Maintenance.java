package io.kybern.apiserver.storage;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a store does without being asked, on a thread of its own. That sleeps until something is due, since an idle process should
 * sleep, too: each time that it wakes up costs more than what it then finds to do.
 *
 * <pre>
 *   work ──► due in …: sleep, a second at least ──► work ──► …
 *                       ▲ soon: a second at most
 * </pre>
 */
public final class Maintenance implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Maintenance.class);

    private static final Duration SHORTEST = Duration.ofSeconds(1);
    /** The clock by which things get due may be set. */
    private static final Duration LONGEST = Duration.ofSeconds(30);

    private final Work work;
    private final Thread thread;
    private volatile boolean asleep;
    private volatile boolean changed;
    private volatile boolean closed;

    /** What is to be done. */
    public interface Work {
        /** Does what is due; a failure is logged, and it is tried again. Returns for how long nothing is, if nothing changes. */
        Duration run();
    }

    public Maintenance(Work work) {
        this.work = work;
        this.thread = Thread.ofPlatform().daemon().name("store-maintenance").unstarted(this::run);
    }

    /** The first work is done a second later. */
    public void start() {
        thread.start();
    }

    /** Something may be due earlier than was thought. Costs little, for every thread. */
    public void soon() {
        changed = true;
        if (asleep) {
            LockSupport.unpark(thread);
        }
    }

    private void run() {
        Duration pause = SHORTEST;
        while (!closed) {
            sleep(pause);
            if (!closed) {
                changed = false;
                pause = work();
            }
        }
    }

    private Duration work() {
        try {
            return work.run();
        } catch (RuntimeException e) {
            if (!closed) {
                LOG.warn("store maintenance failed; it is tried again", e);
            }
            return SHORTEST;
        }
    }

    private void sleep(Duration pause) {
        long begin = System.nanoTime();
        long nanos = (pause.compareTo(LONGEST) < 0 ? pause : LONGEST).toNanos();
        long end = begin + Math.max(nanos, SHORTEST.toNanos());
        asleep = true;
        while (!closed) {
            long now = System.nanoTime();
            if (changed) {
                asleep = false; // it need not be told again
                end = Math.min(end - begin, now - begin + SHORTEST.toNanos()) + begin;
                changed = false;
            }
            if (end - now <= 0) {
                break;
            }
            LockSupport.parkNanos(this, end - now);
        }
        asleep = false;
    }

    /** Work that has begun is ended. */
    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
    }
}
