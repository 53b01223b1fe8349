package io.kybern.apiserver.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.SynchronousQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class MaintenanceTest {
    private static final Duration LONG = Duration.ofDays(1);

    private final BlockingQueue<Long> done = new LinkedBlockingQueue<>();

    /** Works each time that it may, and then wants to sleep for so long. */
    private Maintenance maintenance(Duration pause) {
        return new Maintenance(() -> {
            done.add(System.nanoTime());
            return pause;
        });
    }

    @Test
    void worksAgainWhenSomethingIsDue() throws InterruptedException {
        try (Maintenance maintenance = maintenance(Duration.ZERO)) {
            maintenance.start();
            long first = done.take();
            long second = done.take();
            assertThat(Duration.ofNanos(second - first)).isGreaterThanOrEqualTo(Duration.ofSeconds(1));
        }
    }

    @Test
    void isWokenUpWhenSomethingMayBeDueEarlier() throws InterruptedException {
        try (Maintenance maintenance = maintenance(LONG)) {
            maintenance.start();
            long first = done.take();
            maintenance.soon();
            long second = done.take();
            assertThat(Duration.ofNanos(second - first))
                    .isBetween(Duration.ofSeconds(1), Duration.ofSeconds(29)); // at 30 it looks by itself
        }
    }

    @Test
    void whatChangesDuringItsWorkIsNotMissed() throws InterruptedException {
        SynchronousQueue<Long> meeting = new SynchronousQueue<>();
        try (Maintenance maintenance = new Maintenance(() -> {
            done.add(System.nanoTime());
            await(meeting);
            return LONG;
        })) {
            maintenance.start();
            long first = done.take();
            maintenance.soon();
            meeting.put(first);
            long second = done.take();
            meeting.put(second);
            assertThat(Duration.ofNanos(second - first)).isLessThan(Duration.ofSeconds(29));
        }
    }

    @Test
    void goesOnAfterAFailure() throws InterruptedException {
        try (Maintenance maintenance = new Maintenance(() -> {
            done.add(System.nanoTime());
            throw new IllegalStateException("planned");
        })) {
            maintenance.start();
            done.take();
            assertThat(done.take()).isPositive();
        }
    }

    private static void await(BlockingQueue<Long> queue) {
        try {
            queue.take();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
