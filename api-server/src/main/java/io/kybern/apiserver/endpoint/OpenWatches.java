package io.kybern.apiserver.endpoint;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * The watches that run now, so that a server that stops can end them as their time-out does: after what there is to tell, with a
 * body that ends. They end one after the other, since each client asks another server next. Thread-safe.
 */
public final class OpenWatches {
    private final ScheduledExecutorService timers;
    private final Set<WatchStream> open = ConcurrentHashMap.newKeySet();

    /** @param timers end watches and tell bookmarks */
    public OpenWatches(ScheduledExecutorService timers) {
        this.timers = timers;
    }

    ScheduledExecutorService timers() {
        return timers;
    }

    void add(WatchStream watch) {
        open.add(watch);
    }

    void remove(WatchStream watch) {
        if (open.remove(watch) && open.isEmpty()) {
            synchronized (this) {
                notifyAll();
            }
        }
    }

    /** Waits until none is open; false if {@code patience} is over before. */
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

    /** Ends all, the last one after {@code span}; does not wait for that. */
    public void endAll(Duration span) {
        List<WatchStream> all = List.copyOf(open);
        for (int i = 0; i < all.size(); i++) {
            timers.schedule(all.get(i)::timeIsUp, span.toNanos() * (i + 1) / all.size(), TimeUnit.NANOSECONDS);
        }
    }
}
