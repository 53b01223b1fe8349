package io.kybern.operators.scheduler.queue;

import static io.kybern.operators.scheduler.Objects.podInfo;
import static org.assertj.core.api.Assertions.assertThat;

import io.kybern.operators.scheduler.pod.PodInfo;
import io.kybern.operators.scheduler.queue.QueuedPod.Place;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class BackoffQueueTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final Set<String> FIT = Set.of("NodeResourcesFit");

    private final BackoffQueue queue = new BackoffQueue();
    private long sequence;

    private QueuedPod failed(PodInfo pod, Set<String> by, int times) {
        QueuedPod queued = new QueuedPod(sequence++, pod, START);
        for (int i = 0; i < times; i++) {
            queued.failed(by, START, Backoff.DEFAULT);
        }
        return queued;
    }

    private QueuedPod refused(String name, int times) {
        return failed(podInfo(name), FIT, times);
    }

    private QueuedPod erred(String name, int times) {
        return failed(podInfo(name), Set.of(), times);
    }

    @Test
    void takesThoseWhoseBackoffIsOver() {
        QueuedPod long4 = refused("long", 3);
        QueuedPod short1 = refused("short", 1);
        QueuedPod error2 = erred("error", 2);
        queue.add(long4);
        queue.add(short1);
        queue.add(error2);
        assertThat(queue.takeEnded(START.plusMillis(999))).isNull();
        Instant later = START.plusSeconds(2);
        assertThat(queue.takeEnded(later)).isSameAs(short1);
        assertThat(queue.takeEnded(later)).isSameAs(error2);
        assertThat(queue.takeEnded(later)).isNull();
        assertThat(queue.takeEnded(START.plusSeconds(4))).isSameAs(long4);
    }

    @Test
    void takesNoneEarlyThatMetAnError() {
        QueuedPod refused = refused("refused", 3);
        QueuedPod error = erred("error", 1);
        queue.add(refused);
        queue.add(error);
        assertThat(refused.place).isEqualTo(Place.BACKOFF);
        assertThat(error.place).isEqualTo(Place.ERROR_BACKOFF);
        assertThat(queue.takeEarly()).isSameAs(refused);
        assertThat(queue.takeEarly()).isNull();
    }

    @Test
    void ofThoseThatEndTogetherTheUrgentComesFirstThenTheOld() {
        QueuedPod old = refused("old", 1);
        QueuedPod young = refused("young", 1);
        QueuedPod urgent = failed(
                podInfo(
                        "urgent",
                        Map.of(),
                        pod -> pod.editSpec().withPriority(10).endSpec()),
                FIT,
                1);
        queue.add(young);
        queue.add(urgent);
        queue.add(old);
        assertThat(queue.takeEarly()).isSameAs(urgent);
        assertThat(queue.takeEarly()).isSameAs(old);
        assertThat(queue.takeEarly()).isSameAs(young);
    }

    @Test
    void onlyErrorsHaveToBeWaitedFor() {
        queue.add(refused("refused", 1));
        assertThat(queue.nextEnd()).isEmpty();
        QueuedPod soon = erred("soon", 1);
        queue.add(erred("later", 2));
        queue.add(soon);
        assertThat(queue.nextEnd()).contains(START.plusSeconds(1));
        queue.remove(soon);
        assertThat(queue.nextEnd()).contains(START.plusSeconds(2));
    }

    @Test
    void removedPodsAreNotTaken() {
        QueuedPod refused = refused("refused", 1);
        QueuedPod error = erred("error", 1);
        queue.add(refused);
        queue.add(error);
        queue.remove(refused);
        queue.remove(error);
        assertThat(queue.takeEnded(START.plusSeconds(100))).isNull();
    }

    @Test
    void aRefusalEndsARowOfErrors() {
        QueuedPod queued = erred("p", 3);
        assertThat(queued.backoffUntil).isEqualTo(START.plusSeconds(4));
        queued.failed(FIT, START, Backoff.DEFAULT);
        assertThat(queued.consecutiveErrors).isZero();
        assertThat(queued.backoffUntil).isEqualTo(START.plusSeconds(1));
        assertThat(queued.refusedBy).isEqualTo(FIT);
    }
}
