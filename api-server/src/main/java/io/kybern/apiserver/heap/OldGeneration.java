package io.kybern.apiserver.heap;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.Set;

/**
 * Has the old generation collected when most of it may be garbage. The collectors that stop the world for it (parallel, serial) would
 * otherwise let it grow until it has reached all that the heap may take: a server under writes promotes each revision that watchers
 * may still ask for, and holds gigabytes for what is garbage a minute later. For whoever owns the process; concurrent collectors
 * are left alone.
 *
 * <pre>
 *   live after the last collection ──┐            ┌── live × 1.6 + 64 MiB: collected
 *                     ▁▂▃▄▅▆▇ ▁▂▃▄▅▆▇ ▁▂▃▄▅▆▇
 * </pre>
 */
public final class OldGeneration {
    private static final Set<String> POOLS = Set.of("PS Old Gen", "Tenured Gen");
    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(5);
    private static final long SLACK_BYTES = 64L << 20;
    private static final double GROWTH = 1.6;

    private OldGeneration() {}

    /** Looks after collections, every few seconds at most, on a daemon thread, as long as the process runs. */
    public static void keepSmall() {
        ManagementFactory.getMemoryPoolMXBeans().stream()
                .filter(pool -> POOLS.contains(pool.getName()))
                .findFirst()
                .ifPresent(pool ->
                        Thread.ofPlatform().daemon().name("old-generation").start(() -> keepSmall(pool)));
    }

    /** It grows by collections of the young one: without any there is nothing to look at, and an idle process should sleep. */
    private static void keepSmall(MemoryPoolMXBean pool) {
        try {
            while (true) {
                awaitCollection();
                if (isLarge(pool.getUsage().getUsed(), pool.getCollectionUsage().getUsed())) {
                    System.gc();
                }
                Thread.sleep(BETWEEN_LOOKS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** By an object that nobody holds: the next collection tells that it is gone, without being asked now and then. */
    static void awaitCollection() throws InterruptedException {
        ReferenceQueue<Object> gone = new ReferenceQueue<>();
        WeakReference<Object> sign = new WeakReference<>(new Object(), gone);
        gone.remove();
        Reference.reachabilityFence(sign);
    }

    /**
     * Whether it is worth a collection.
     *
     * @param live what the last one has left; 0 before the first
     */
    static boolean isLarge(long used, long live) {
        return used > GROWTH * live + SLACK_BYTES;
    }
}
