package io.kybern.node.registration;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Keeps any number of nodes alive at the API server: each renews its lease every {@link #LEASE_PERIOD} and reports its
 * status every {@link #STATUS_PERIOD}, evenly spread over the period. The timer thread only starts virtual threads, of
 * which no more than {@link #AT_ONCE} talk to the API server at a time; a beat that finds its node's last one still
 * under way is left out.
 */
public final class Heartbeats implements AutoCloseable {
    /** A quarter of the lease's duration, as upstream. */
    public static final Duration LEASE_PERIOD = Duration.ofSeconds(10);
    /** Upstream's {@code nodeStatusReportFrequency}. */
    public static final Duration STATUS_PERIOD = Duration.ofMinutes(5);

    private static final int AT_ONCE = 32;
    private static final Logger LOG = System.getLogger(Heartbeats.class.getName());

    private final Semaphore permits = new Semaphore(AT_ONCE);
    private final List<ScheduledFuture<?>> timers = new ArrayList<>();

    public Heartbeats(List<NodeRegistration> nodes, ScheduledExecutorService scheduler) {
        long count = Math.max(1, nodes.size());
        for (int i = 0; i < nodes.size(); i++) {
            NodeRegistration node = nodes.get(i);
            AtomicBoolean busy = new AtomicBoolean();
            timers.add(every(scheduler, LEASE_PERIOD, i, count, busy, () -> {
                node.renewLease();
                node.reportChange();
            }));
            // Half a lease period off, so that a node's two beats do not meet.
            timers.add(every(scheduler, STATUS_PERIOD, i, count, busy, node::reportStatus));
        }
    }

    private ScheduledFuture<?> every(
            ScheduledExecutorService scheduler,
            Duration period,
            long index,
            long count,
            AtomicBoolean busy,
            Runnable beat) {
        long millis = period.toMillis();
        long offset = millis * index / count;
        boolean first = period.equals(LEASE_PERIOD);
        return scheduler.scheduleAtFixedRate(
                () -> start(busy, beat), first ? offset : millis / 2 + offset / 2, millis, TimeUnit.MILLISECONDS);
    }

    private void start(AtomicBoolean busy, Runnable beat) {
        if (busy.compareAndSet(false, true)) {
            Thread.ofVirtual().name("heartbeat").start(() -> {
                permits.acquireUninterruptibly();
                try {
                    beat.run();
                } catch (RuntimeException e) {
                    LOG.log(Level.WARNING, () -> "heartbeat: " + e.getMessage());
                } finally {
                    permits.release();
                    busy.set(false);
                }
            });
        }
    }

    @Override
    public void close() {
        timers.forEach(timer -> timer.cancel(false));
    }
}
