package io.kybern.operators.scheduler.queue;

import static io.kybern.operators.scheduler.Objects.NAMES;
import static io.kybern.operators.scheduler.Objects.nodeInfo;
import static io.kybern.operators.scheduler.Objects.podInfo;
import static org.assertj.core.api.Assertions.assertThat;

import io.kybern.operators.scheduler.UnboundBinder;
import io.kybern.operators.scheduler.framework.ClusterEvent;
import io.kybern.operators.scheduler.framework.ClusterEvent.Kind;
import io.kybern.operators.scheduler.framework.ClusterEvent.NodeEvent;
import io.kybern.operators.scheduler.plugin.DefaultProfile;
import io.kybern.operators.scheduler.pod.PodInfo;
import io.kybern.operators.scheduler.pod.VolumeClaims;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class SchedulingQueueTest {
    private static final Set<String> FIT = Set.of("NodeResourcesFit");
    private static final ClusterEvent ROOM = new NodeEvent(Kind.NODE_ADD, Optional.empty(), nodeInfo("n"));

    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private final SchedulingQueue queue = new SchedulingQueue(
            DefaultProfile.of(
                    "default-scheduler", NAMES, namespace -> Map.of(), VolumeClaims.NONE, new UnboundBinder()),
            Backoff.DEFAULT,
            () -> now);

    private Optional<String> next() {
        return queue.poll().map(attempt -> attempt.pod().key().name());
    }

    private static PodInfo withPriority(String name, int priority) {
        return podInfo(
                name, Map.of(), pod -> pod.editSpec().withPriority(priority).endSpec());
    }

    private static PodInfo gated(String name) {
        return podInfo(
                name,
                Map.of(),
                pod -> pod.editSpec().addNewSchedulingGate("wait").endSpec());
    }

    private void refuse(PodInfo pod) {
        queue.put(pod);
        assertThat(next()).contains(pod.key().name());
        queue.giveBack(pod.key(), FIT);
    }

    @Test
    void comesOutByPriorityThenByAge() {
        queue.put(podInfo("old"));
        now = now.plusMillis(1);
        queue.put(podInfo("young"));
        queue.put(withPriority("urgent", 10));
        assertThat(next()).contains("urgent");
        assertThat(next()).contains("old");
        assertThat(next()).contains("young");
        assertThat(next()).isEmpty();
    }

    @Test
    void aRefusedPodRestsUntilAHelpfulEvent() {
        PodInfo pod = podInfo("p", Map.of("cpu", "2"));
        refuse(pod);
        assertThat(next()).isEmpty();
        queue.happened(new NodeEvent(Kind.NODE_TAINT, Optional.empty(), nodeInfo("n")));
        queue.happened(new NodeEvent(Kind.NODE_ADD, Optional.empty(), nodeInfo("small", "1", "1Gi", node -> node)));
        assertThat(next()).isEmpty();
        queue.happened(ROOM);
        assertThat(next()).contains("p");
    }

    @Test
    void aPodInBackoffIsTakenOnlyWhenNothingElseWaits() {
        refuse(podInfo("p"));
        queue.happened(ROOM);
        queue.put(podInfo("fresh"));
        assertThat(next()).contains("fresh");
        assertThat(next()).contains("p");
    }

    @Test
    void anEventDuringTheFlightCounts() {
        PodInfo pod = podInfo("p");
        queue.put(pod);
        assertThat(next()).contains("p");
        queue.happened(ROOM);
        queue.giveBack(pod.key(), FIT);
        assertThat(next()).contains("p");
        queue.giveBack(pod.key(), FIT);
        assertThat(next()).as("the event was before this flight").isEmpty();
    }

    @Test
    void anErrorIsTriedAgainAfterItsBackoff() {
        PodInfo pod = podInfo("p");
        queue.put(pod);
        assertThat(next()).contains("p");
        queue.giveBack(pod.key(), Set.of());
        now = now.plusMillis(999);
        assertThat(next()).isEmpty();
        now = now.plusMillis(1);
        assertThat(next()).contains("p");
        queue.giveBack(pod.key(), Set.of());
        now = now.plusMillis(1999);
        assertThat(next()).isEmpty();
        now = now.plusMillis(1);
        assertThat(next()).contains("p");
    }

    @Test
    void aRestLastsFiveMinutesAtMost() {
        refuse(podInfo("p"));
        now = now.plus(SchedulingQueue.MAX_REST).minusMillis(1);
        assertThat(next()).isEmpty();
        now = now.plusMillis(1);
        assertThat(next()).contains("p");
    }

    @Test
    void gatesKeepAPodOutUntilTheyAreGone() {
        queue.put(gated("p"));
        queue.happened(ROOM);
        assertThat(next()).isEmpty();
        queue.put(podInfo("p"));
        assertThat(next()).contains("p");
    }

    @Test
    void aPodsOwnChangeWakesItWhenAPluginThinksSo() {
        refuse(podInfo("p", Map.of("cpu", "2")));
        queue.put(podInfo(
                "p",
                Map.of("cpu", "2"),
                pod -> pod.editMetadata().addToLabels("a", "b").endMetadata()));
        assertThat(next()).isEmpty();
        queue.put(podInfo("p", Map.of("cpu", "1")));
        assertThat(queue.poll()).hasValueSatisfying(attempt -> {
            assertThat(attempt.number()).isEqualTo(2);
            assertThat(attempt.pod()).isEqualTo(podInfo("p", Map.of("cpu", "1")));
        });
    }

    @Test
    void removedPodsDoNotComeBack() {
        PodInfo pod = podInfo("p");
        queue.put(pod);
        assertThat(next()).contains("p");
        queue.remove(pod.key());
        assertThat(queue.giveBack(pod.key(), FIT)).isFalse();
        queue.happened(ROOM);
        assertThat(next()).isEmpty();
        assertThat(queue.sizes()).isEmpty();
    }

    @Test
    void theWaitingThreadIsWokenAndLetGo() throws Exception {
        var taken = new CompletableFuture<String>();
        var ended = new CompletableFuture<Boolean>();
        Thread.ofVirtual().start(() -> {
            try {
                taken.complete(queue.take().orElseThrow().pod().key().name());
                ended.complete(queue.take().isEmpty());
            } catch (InterruptedException e) {
                ended.completeExceptionally(e);
            }
        });
        queue.put(podInfo("p"));
        assertThat(taken.get(10, TimeUnit.SECONDS)).isEqualTo("p");
        queue.close();
        assertThat(ended.get(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void backoffDoublesUpToItsLimit() {
        assertThat(Backoff.DEFAULT.after(0)).isZero();
        assertThat(Backoff.DEFAULT.after(1)).isEqualTo(Duration.ofSeconds(1));
        assertThat(Backoff.DEFAULT.after(4)).isEqualTo(Duration.ofSeconds(8));
        assertThat(Backoff.DEFAULT.after(5)).isEqualTo(Duration.ofSeconds(10));
        assertThat(Backoff.DEFAULT.after(1000)).isEqualTo(Duration.ofSeconds(10));
    }
}
