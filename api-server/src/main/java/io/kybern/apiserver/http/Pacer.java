package io.kybern.apiserver.http;

import io.netty.util.concurrent.FastThreadLocal;
import io.vertx.core.impl.ContextInternal;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

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
 * The upper bound keeps the delay of an event below what a person or a controller would notice. A stream that has had nothing to write for
 * that long writes at once, unless the loop does little else than write to streams: then all wait for the next pass, and those whose
 * requests make the events get their turn meanwhile. One for each event loop, used by its thread alone.
 */
final class Pacer {
    private static final long SHORTEST = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long LONGEST = TimeUnit.MILLISECONDS.toNanos(32);
    private static final int SHARE = 10;

    private static final FastThreadLocal<Pacer> OF_LOOP = new FastThreadLocal<>() {
        @Override
        protected Pacer initialValue() {
            return new Pacer();
        }
    };

    private final Occupation writing = new Occupation(System.nanoTime());
    private List<Waiting> waiting = new ArrayList<>();
    private long pause = SHORTEST;

    private record Waiting(ContextInternal loop, Runnable action) {}

    /** The one of this thread, which is an event loop's. */
    static Pacer ofLoop() {
        return OF_LOOP.get();
    }

    /** Nanoseconds from a stream's last write in which it should wait for the next pass. */
    long pause() {
        return writing.isHigh(System.nanoTime()) ? Long.MAX_VALUE : pause;
    }

    /** Does the work of a stream now. */
    void run(Runnable action) {
        long start = System.nanoTime();
        action.run();
        writing.worked(start, System.nanoTime());
    }

    /** Runs an action in the next pass. */
    void next(ContextInternal loop, Runnable action) {
        if (waiting.isEmpty()) {
            loop.nettyEventLoop().schedule(this::pass, pause, TimeUnit.NANOSECONDS);
        }
        waiting.add(new Waiting(loop, action));
    }

    private void pass() {
        List<Waiting> now = waiting;
        waiting = new ArrayList<>(now.size());
        long start = System.nanoTime();
        for (Waiting each : now) {
            each.loop.dispatch(each.action);
        }
        long end = System.nanoTime();
        writing.worked(start, end);
        pause = Math.clamp(SHARE * (end - start), SHORTEST, LONGEST);
    }
}
