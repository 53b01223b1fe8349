package io.kybern.apiserver.http;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.FastThreadLocal;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Lets the busy streams of an event loop write together, and the less often the longer that takes: one write of many events
 * costs little more than one of a single event, so a crowd of watchers gets its events in fewer pieces instead of taking the
 * machine from those who write.
 *
 * <pre>
 *   pass ──── ten times as long as the pass took, 1 to 32 ms ──── pass
 *          events gather ↑ ↑  ↑
 * </pre>
 *
 * The upper bound keeps the delay of an event below what a person or a controller would notice. Where more than {@value #ENOUGH} bytes
 * gather for each stream, the next pass comes sooner: longer writes save nothing more, and what is made in the meantime all watchers
 * have to be told. A stream that has had nothing to write for as long as a pause
 * writes at once, unless the loop does little else than write to streams: then all wait for the next pass, and those whose
 * requests make the events get their turn meanwhile. One for each event loop; but for {@link #submit} used by its thread alone.
 */
final class Pacer {
    private static final Logger LOG = Logger.getLogger(Pacer.class.getName());
    private static final long SHORTEST = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long LONGEST = TimeUnit.MILLISECONDS.toNanos(32);
    /** What several streams write for one connection waits so long at most while others go on. */
    private static final long LONGEST_HELD = TimeUnit.MILLISECONDS.toNanos(5);

    private static final int SHARE = 10;
    private static final int ENOUGH = 32 << 10;
    /** So many actions are done at a time; between, the loop looks at its sockets. */
    private static final int AT_A_TIME = 64;

    private static final FastThreadLocal<Pacer> OF_LOOP = new FastThreadLocal<>();

    private final EventLoop loop;
    private final Occupation writing = new Occupation(System.nanoTime());
    private final Queue<Runnable> submitted = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean scheduled = new AtomicBoolean();
    private List<Runnable> waiting = new ArrayList<>();
    private final List<Runnable> afterwards = new ArrayList<>();
    private long afterwardsBy;
    private boolean running;
    private long pause = SHORTEST;
    private long wrote;

    Pacer(EventLoop loop) {
        this.loop = loop;
    }

    /** The one of this thread, which is that of this event loop. */
    static Pacer of(EventLoop loop) {
        Pacer pacer = OF_LOOP.get();
        if (pacer == null) {
            pacer = new Pacer(loop);
            OF_LOOP.set(pacer);
        }
        return pacer;
    }

    /** Does the work of a stream soon, after what was submitted before; from any thread. A crowd's work wakes the loop once. */
    void submit(Runnable action) {
        submitted.add(action);
        schedule();
    }

    private void schedule() {
        if (scheduled.compareAndSet(false, true)) {
            loop.execute(this::some);
        }
    }

    private void some() {
        long start = System.nanoTime();
        Runnable action;
        running = true;
        for (int done = 0; done < AT_A_TIME && (action = submitted.poll()) != null; done++) {
            run(action);
        }
        running = false;
        if (submitted.isEmpty() || System.nanoTime() - afterwardsBy > 0) {
            afterwards();
        }
        writing.worked(start, System.nanoTime());
        scheduled.set(false);
        if (!submitted.isEmpty()) {
            schedule();
        }
    }

    /** Whether the actions of streams are run, one after the other. */
    boolean isWriting() {
        return running;
    }

    /** Has something done when the actions that wait have been run, or after a while of that. */
    void whenAllHaveWritten(Runnable action) {
        if (afterwards.isEmpty()) {
            afterwardsBy = System.nanoTime() + LONGEST_HELD;
        }
        afterwards.add(action);
    }

    private void afterwards() {
        afterwards.forEach(Pacer::run);
        afterwards.clear();
    }

    /** The failure of one stream is not that of the next. */
    private static void run(Runnable action) {
        try {
            action.run();
        } catch (RuntimeException | Error e) {
            LOG.log(Level.SEVERE, "a stream's work failed", e);
        }
    }

    /** Nanoseconds from a stream's last write in which it should wait for the next pass. */
    long pause() {
        return writing.isHigh(System.nanoTime()) ? Long.MAX_VALUE : pause;
    }

    /** Runs an action in the next pass. */
    void next(Runnable action) {
        if (waiting.isEmpty()) {
            loop.schedule(this::pass, pause, TimeUnit.NANOSECONDS);
        }
        waiting.add(action);
    }

    /** A stream has written so many bytes. */
    void wrote(int bytes) {
        wrote += bytes;
    }

    private void pass() {
        List<Runnable> now = waiting;
        waiting = new ArrayList<>(now.size());
        wrote = 0;
        long start = System.nanoTime();
        running = true;
        now.forEach(Pacer::run);
        running = false;
        afterwards();
        long end = System.nanoTime();
        writing.worked(start, end);
        long gathered = 1 + wrote / now.size();
        pause = Math.clamp(Math.min(SHARE * (end - start), pause * ENOUGH / gathered), SHORTEST, LONGEST);
    }
}
