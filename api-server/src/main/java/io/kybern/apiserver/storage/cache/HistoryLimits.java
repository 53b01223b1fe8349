package io.kybern.apiserver.storage.cache;

import java.util.concurrent.Executor;

/**
 * What the past of one resource may take.
 *
 * @param bytes of superseded and deleted objects, packed or not
 * @param unpackedBytes of the newest of them, that stay as they are for watchers that are a little late; packing begins at twice
 *     as many
 * @param packing runs it; never needs the thread that appends
 */
record HistoryLimits(long bytes, long unpackedBytes, Executor packing) {
    private static final long LEAST = 2L << 20;
    private static final long MOST = 32L << 20;
    private static final int PART_OF_HEAP = 32;

    /** By the size of the heap; a thread packs for as long as there is something to pack. */
    static final HistoryLimits OF_PROCESS = ofHeap(Runtime.getRuntime().maxMemory());

    private static HistoryLimits ofHeap(long heap) {
        long bytes = Math.clamp(heap / PART_OF_HEAP, LEAST, MOST);
        return new HistoryLimits(
                bytes, bytes / 16, task -> Thread.ofVirtual().name("history").start(task));
    }

    /** The same, packed on the thread that appends. */
    HistoryLimits atOnce() {
        return new HistoryLimits(bytes, unpackedBytes, Runnable::run);
    }
}
