package io.kybern.apiserver.endpoint;

import io.kybern.apiserver.http.OpenThings;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * The watches that run now, so that a server that stops can end them as their time-out does: after what there is to tell, with a
 * body that ends. They end one after the other, since each client asks another server next. Thread-safe.
 */
public final class OpenWatches {
    private final ScheduledExecutorService timers;
    private final OpenThings<WatchStream> open = new OpenThings<>();
    private volatile boolean ending;

    /** @param timers end watches and tell bookmarks */
    public OpenWatches(ScheduledExecutorService timers) {
        this.timers = timers;
    }

    ScheduledExecutorService timers() {
        return timers;
    }

    void add(WatchStream watch) {
        open.add(watch);
        if (ending) { // it was let in before
            timers.schedule(watch::timeIsUp, 0, TimeUnit.NANOSECONDS);
        }
    }

    void remove(WatchStream watch) {
        open.remove(watch);
    }

    /** Waits until none is open; false if {@code patience} is over before. */
    public boolean awaitNone(Duration patience) {
        return open.awaitNone(patience);
    }

    /** Ends all, the last one before {@code span} is over, and those that come later at once; does not wait for that. */
    public void endAll(Duration span) {
        ending = true;
        List<WatchStream> all = open.now();
        for (int i = 0; i < all.size(); i++) {
            timers.schedule(all.get(i)::timeIsUp, span.toNanos() * i / all.size(), TimeUnit.NANOSECONDS);
        }
    }
}
