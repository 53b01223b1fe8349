package io.kybern.apiserver.http;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** What is open now, for who has to wait until nothing is. Thread-safe. */
public final class OpenThings<T> {
    private final Set<T> open = ConcurrentHashMap.newKeySet();

    public void add(T thing) {
        open.add(thing);
    }

    public void remove(T thing) {
        if (open.remove(thing) && open.isEmpty()) {
            synchronized (this) {
                notifyAll();
            }
        }
    }

    public List<T> now() {
        return List.copyOf(open);
    }

    /** Waits until nothing is open; false if {@code patience} is over before. */
    public synchronized boolean awaitNone(Duration patience) {
        long end = System.nanoTime() + patience.toNanos();
        try {
            while (!open.isEmpty()) {
                long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
                if (left <= 0) {
                    return false;
                }
                wait(left);
            }
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
