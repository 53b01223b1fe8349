package io.kybern.operators.scheduler;

import static io.kybern.operators.scheduler.Objects.NAMES;
import static io.kybern.operators.scheduler.Objects.nodeInfo;
import static io.kybern.operators.scheduler.Objects.podInfo;
import static org.assertj.core.api.Assertions.assertThat;

import io.kybern.operators.scheduler.framework.BindPlugin;
import io.kybern.operators.scheduler.framework.Profile;
import io.kybern.operators.scheduler.node.NodeCache;
import io.kybern.operators.scheduler.plugin.DefaultProfile;
import io.kybern.operators.scheduler.pod.PodInfo;
import io.kybern.operators.scheduler.pod.PodKey;
import io.kybern.operators.scheduler.pod.VolumeClaims;
import io.kybern.operators.scheduler.queue.Backoff;
import io.kybern.operators.scheduler.queue.SchedulingQueue;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Feed, queue, cache and loop together; only the API server is missing. */
class SchedulingLoopTest {
    private final BlockingQueue<String> told = new LinkedBlockingQueue<>();
    /** What binding answers, in order: empty for success. */
    private final BlockingQueue<String> bindings = new LinkedBlockingQueue<>();

    private final NodeCache cache = new NodeCache(NAMES);
    private final Profile profile = DefaultProfile.of(
            "default-scheduler", NAMES, namespace -> Map.of(), VolumeClaims.NONE, new ScriptedBinder());
    private final SchedulingQueue queue = new SchedulingQueue(
            profile, new Backoff(Duration.ofMillis(1), Duration.ofMillis(1)), InstantSource.system());
    private final ClusterFeed feed = new ClusterFeed(cache, queue, "default-scheduler");
    private final SchedulingLoop loop = new SchedulingLoop(
            queue,
            cache,
            profile,
            new SchedulingAlgorithm(profile, 0, RandomGenerator.of("L64X128MixRandom"), cache.snapshot()),
            new Report(),
            4);

    private final class ScriptedBinder implements BindPlugin {
        @Override
        public String name() {
            return "ScriptedBinder";
        }

        @Override
        public void bind(PodInfo pod, String node) {
            String failure = bindings.poll();
            if (failure != null && !failure.isEmpty()) {
                throw new IllegalStateException(failure);
            }
        }
    }

    private final class Report implements SchedulingReport {
        @Override
        public void scheduled(PodInfo pod, String node) {
            told.add(pod.key() + " → " + node);
        }

        @Override
        public void failed(PodInfo pod, Reason reason, String message) {
            told.add(pod.key() + " " + reason + ": " + message);
        }
    }

    @BeforeEach
    void start() {
        Thread.ofVirtual().start(loop::run);
    }

    @AfterEach
    void stop() {
        queue.close();
    }

    private String next() throws InterruptedException {
        String next = told.poll(10, TimeUnit.SECONDS);
        return next == null ? "nothing" : next;
    }

    @Test
    void aPodWaitsForANodeAndGetsIt() throws Exception {
        feed.podPut(podInfo("p"));
        assertThat(next()).isEqualTo("ns/p Unschedulable: no nodes available to schedule pods");
        feed.nodePut(nodeInfo("n"));
        assertThat(next()).isEqualTo("ns/p → n");
    }

    @Test
    void aPodThatLeavesMakesRoom() throws Exception {
        feed.nodePut(nodeInfo("n", "1", "1Gi", node -> node));
        PodInfo first = podInfo("first", Map.of("cpu", "1"));
        feed.podPut(first);
        assertThat(next()).isEqualTo("ns/first → n");
        feed.podPut(first.onNode("n"));
        feed.podPut(podInfo("second", Map.of("cpu", "1")));
        assertThat(next()).startsWith("ns/second Unschedulable: 0/1 nodes are available: 1 Insufficient cpu.");
        feed.podRemoved(first.onNode("n"));
        assertThat(next()).isEqualTo("ns/second → n");
    }

    @Test
    void aFailedBindingIsTakenBackAndTriedAgain() throws Exception {
        bindings.add("the server is away");
        feed.nodePut(nodeInfo("n", "1", "1Gi", node -> node));
        feed.podPut(podInfo("p", Map.of("cpu", "1")));
        // the pod is queued again before its failure is told, so the next try may overtake the report
        assertThat(List.of(next(), next()))
                .containsExactlyInAnyOrder(
                        "ns/p SchedulerError: running Bind plugin \"ScriptedBinder\": the server is away", "ns/p → n");
    }

    @Test
    void podsOfOthersAndTerminatingPodsAreLeftAlone() throws Exception {
        feed.nodePut(nodeInfo("n"));
        feed.podPut(podInfo(
                "other",
                Map.of(),
                pod -> pod.editSpec().withSchedulerName("other").endSpec()));
        feed.podPut(podInfo(
                "going",
                Map.of(),
                pod -> pod.editMetadata()
                        .withDeletionTimestamp("2026-01-01T00:00:00Z")
                        .endMetadata()));
        feed.podPut(podInfo("ours"));
        assertThat(next()).isEqualTo("ns/ours → n");
        assertThat(cache.removePod(new PodKey("ns", "other", "uid-other"))).isEmpty();
        assertThat(cache.removePod(new PodKey("ns", "going", "uid-going"))).isEmpty();
    }

    @Test
    void aPodThatGotItsNodeByOtherHandsIsNotTriedAnyMore() throws Exception {
        feed.podPut(podInfo("p"));
        assertThat(next()).startsWith("ns/p Unschedulable");
        feed.podPut(podInfo("p").onNode("elsewhere"));
        feed.nodePut(nodeInfo("n"));
        feed.podPut(podInfo("q"));
        assertThat(next()).isEqualTo("ns/q → n");
        assertThat(queue.sizes()).doesNotContainKey("UNSCHEDULABLE");
    }
}
