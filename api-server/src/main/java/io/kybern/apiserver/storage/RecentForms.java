package io.kybern.apiserver.storage;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayDeque;
import java.util.Queue;

/**
 * Bounds what derived forms of objects hold: the oldest go first, whatever their object. So forms that many readers ask for in turn
 * are made once, and those that nobody asks for again don't stay for as long as their objects do.
 *
 * <p>One for the whole process, since what is bounded is the process's memory.
 */
final class RecentForms {
    private static final long LEAST = 16L << 20;
    private static final long MOST = 64L << 20;

    static final RecentForms OF_PROCESS =
            new RecentForms(Math.clamp(Runtime.getRuntime().maxMemory() / 8, LEAST, MOST));

    private final long limit;

    @GuardedBy("this") private final Queue<Kept> queue = new ArrayDeque<>();

    @GuardedBy("this") private long bytes;

    private record Kept(StoredObject object, Object name, long weight) {}

    RecentForms(long limit) {
        this.limit = limit;
    }

    /** Remembers a form that an object has got, and lets old ones go. */
    synchronized void add(StoredObject object, Object name, long weight) {
        queue.add(new Kept(object, name, weight));
        bytes += weight;
        while (bytes > limit && queue.size() > 1) {
            Kept oldest = queue.remove();
            bytes -= oldest.weight;
            oldest.object.forget(oldest.name);
        }
    }
}
