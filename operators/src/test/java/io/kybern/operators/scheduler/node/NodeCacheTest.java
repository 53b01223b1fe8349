package io.kybern.operators.scheduler.node;

import static io.kybern.operators.scheduler.Objects.NAMES;
import static io.kybern.operators.scheduler.Objects.nodeInfo;
import static io.kybern.operators.scheduler.Objects.podInfo;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ContainerImage;
import io.kybern.operators.scheduler.pod.PodInfo;
import io.kybern.operators.scheduler.pod.ResourceNames;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class NodeCacheTest {
    private final NodeCache cache = new NodeCache(NAMES);

    private static long freeCpu(Snapshot snapshot, String node) {
        int position = snapshot.find(node).orElseThrow();
        return snapshot.block(position / NodeBlock.SIZE).free(ResourceNames.CPU, position % NodeBlock.SIZE);
    }

    @Test
    void aSnapshotStaysAsItWasAndSharesWhatDidNotChange() {
        for (int i = 0; i < 130; i++) {
            cache.putNode(nodeInfo("n" + i));
        }
        Snapshot before = cache.snapshot();
        assertThat(cache.snapshot()).isSameAs(before);
        cache.assume(podInfo("p", Map.of("cpu", "1")), "n70");
        Snapshot after = cache.snapshot();
        assertThat(freeCpu(before, "n70")).isEqualTo(4000);
        assertThat(freeCpu(after, "n70")).isEqualTo(3000);
        assertThat(after.block(0)).isSameAs(before.block(0));
        assertThat(after.block(1)).isNotSameAs(before.block(1));
        assertThat(after.block(2)).isSameAs(before.block(2));
        assertThat(after.size()).isEqualTo(130);
    }

    @Test
    void aHeartbeatChangesNothing() {
        cache.putNode(nodeInfo("n"));
        Snapshot before = cache.snapshot();
        cache.putNode(nodeInfo("n"));
        assertThat(cache.snapshot()).isSameAs(before);
    }

    @Test
    void anAssumedPodIsConfirmedOrTakenBack() {
        cache.putNode(nodeInfo("n"));
        PodInfo pod = podInfo("p", Map.of("cpu", "1"));
        assertThat(cache.assume(pod, "n")).isTrue();
        assertThat(cache.assume(pod, "n")).isFalse();
        assertThat(cache.forget(pod.key())).isPresent();
        assertThat(freeCpu(cache.snapshot(), "n")).isEqualTo(4000);
        cache.assume(pod, "n");
        assertThat(cache.putPod(pod.onNode("n"))).isEmpty();
        assertThat(cache.forget(pod.key())).as("it is confirmed").isEmpty();
        assertThat(freeCpu(cache.snapshot(), "n")).isEqualTo(3000);
    }

    @Test
    void whatTheServerSaysHoldsWhenThePodCameElsewhere() {
        cache.putNode(nodeInfo("n"));
        cache.putNode(nodeInfo("m"));
        PodInfo pod = podInfo("p", Map.of("cpu", "1"));
        cache.assume(pod, "n");
        cache.putPod(pod.onNode("m"));
        assertThat(freeCpu(cache.snapshot(), "n")).isEqualTo(4000);
        assertThat(freeCpu(cache.snapshot(), "m")).isEqualTo(3000);
    }

    @Test
    void podsMayComeBeforeTheirNodeAndStayAfterIt() {
        PodInfo pod = podInfo("p", Map.of("cpu", "1")).onNode("late");
        cache.putPod(pod);
        assertThat(cache.snapshot().size()).isZero();
        assertThat(cache.snapshot().find("late")).isEmpty();
        cache.putNode(nodeInfo("late"));
        assertThat(freeCpu(cache.snapshot(), "late")).isEqualTo(3000);
        cache.removeNode("late");
        assertThat(cache.snapshot().size()).isZero();
        cache.putNode(nodeInfo("late"));
        assertThat(freeCpu(cache.snapshot(), "late")).isEqualTo(3000);
        cache.removePod(pod.key());
        assertThat(freeCpu(cache.snapshot(), "late")).isEqualTo(4000);
    }

    @Test
    void placesAreUsedAgain() {
        for (int i = 0; i < 1000; i++) {
            cache.putNode(nodeInfo("n" + i));
            cache.removeNode("n" + i);
        }
        assertThat(cache.snapshot().blocks()).isEqualTo(1);
        cache.putNode(nodeInfo("last"));
        assertThat(cache.snapshot()
                        .node(cache.snapshot().find("last").orElseThrow())
                        .name())
                .isEqualTo("last");
    }

    @Test
    void countsNodesByImage() {
        NodeInfo with = nodeInfo(
                "a",
                "4",
                "8Gi",
                node -> node.editStatus()
                        .addToImages(new ContainerImage(List.of("app"), 1L))
                        .endStatus());
        cache.putNode(with);
        assertThat(cache.snapshot().nodesWithImage("app:latest")).isEqualTo(1);
        cache.putNode(nodeInfo("a"));
        assertThat(cache.snapshot().nodesWithImage("app:latest")).isZero();
    }

    /** Whatever happens in whatever order, what is free is what nodes have less what their pods request. */
    @Test
    void sumsStayRightThroughRandomChanges() {
        var random = RandomGenerator.of("L64X128MixRandom");
        Map<String, PodInfo> pods = new HashMap<>();
        for (int step = 0; step < 5000; step++) {
            String node = "n" + random.nextInt(100);
            String name = "p" + random.nextInt(300);
            switch (random.nextInt(5)) {
                case 0 -> cache.putNode(nodeInfo(node));
                case 1 -> cache.removeNode(node);
                case 2 -> {
                    PodInfo pod = podInfo(name, Map.of("cpu", random.nextInt(1, 500) + "m"));
                    if (cache.assume(pod, node)) {
                        pods.put(name, pod.onNode(node));
                    }
                }
                case 3 -> {
                    PodInfo pod = podInfo(name, Map.of("cpu", random.nextInt(1, 500) + "m"))
                            .onNode(node);
                    cache.putPod(pod);
                    pods.put(name, pod);
                }
                default -> {
                    cache.removePod(podInfo(name).key());
                    pods.remove(name);
                }
            }
            if (step % 50 == 0) {
                check(cache.snapshot(), pods);
            }
        }
    }

    private static void check(Snapshot snapshot, Map<String, PodInfo> pods) {
        Map<String, Long> used = new HashMap<>();
        pods.values().forEach(pod -> used.merge(pod.nodeName(), pod.requests().amountOf(ResourceNames.CPU), Long::sum));
        int nodes = 0;
        for (NodeBlock block : snapshot.allBlocks()) {
            for (long left = block.present(); left != 0; left &= left - 1) {
                String name = block.node(Long.numberOfTrailingZeros(left)).name();
                assertThat(freeCpu(snapshot, name)).isEqualTo(4000 - used.getOrDefault(name, 0L));
                nodes++;
            }
        }
        assertThat(snapshot.size()).isEqualTo(nodes);
    }
}
