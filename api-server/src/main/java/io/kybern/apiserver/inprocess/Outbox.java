package io.kybern.apiserver.inprocess;

import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;

/** What one side has written and the other has not taken yet, with the signals of back-pressure. Any thread. */
final class Outbox<T> {
    /** Bytes from which on the writer should wait: as the write queue of a socket. */
    private static final long FULL = 64 << 10;

    private record Entry<T>(T value, int size) {}

    private final Queue<Entry<T>> entries = new ArrayDeque<>();
    private long size;
    private boolean writerWaits;
    private Runnable onDrain = () -> {};

    synchronized void add(T value, int length) {
        entries.add(new Entry<>(value, length));
        size += length;
    }

    synchronized boolean isFull() {
        boolean full = size >= FULL;
        writerWaits |= full;
        return full;
    }

    synchronized void onDrain(Runnable action) {
        onDrain = action;
    }

    synchronized boolean isEmpty() {
        return entries.isEmpty();
    }

    synchronized long size() {
        return size;
    }

    /** The oldest entry; tells the writer when there is room again. */
    Optional<T> poll() {
        Optional<T> value;
        Runnable drained = () -> {};
        synchronized (this) {
            Entry<T> entry = entries.poll();
            if (entry == null) {
                return Optional.empty();
            }
            size -= entry.size();
            value = Optional.of(entry.value());
            if (writerWaits && size < FULL) {
                writerWaits = false;
                drained = onDrain;
            }
        }
        drained.run();
        return value;
    }
}
