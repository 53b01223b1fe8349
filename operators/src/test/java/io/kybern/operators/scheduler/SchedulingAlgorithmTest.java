package io.kybern.operators.scheduler;

import static io.kybern.operators.scheduler.Objects.NAMES;
import static io.kybern.operators.scheduler.Objects.nodeInfo;
import static io.kybern.operators.scheduler.Objects.podInfo;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.NodeSelectorRequirement;
import io.kybern.operators.scheduler.node.NodeCache;
import io.kybern.operators.scheduler.plugin.DefaultProfile;
import io.kybern.operators.scheduler.pod.PodInfo;
import io.kybern.operators.scheduler.pod.VolumeClaims;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SchedulingAlgorithmTest {
    private static final String NO_PREEMPTION =
            " no new claims to deallocate, preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling.";

    private final NodeCache cache = new NodeCache(NAMES);
    private final SchedulingAlgorithm algorithm = new SchedulingAlgorithm(
            DefaultProfile.of(
                    "default-scheduler", NAMES, namespace -> Map.of(), VolumeClaims.NONE, new UnboundBinder()),
            0,
            RandomGenerator.of("L64X128MixRandom"),
            cache.snapshot());

    private String chosen(PodInfo pod) {
        return ((Decision.Chosen) algorithm.decide(pod, cache.snapshot())).node();
    }

    private Decision.Unschedulable refused(PodInfo pod) {
        return (Decision.Unschedulable) algorithm.decide(pod, cache.snapshot());
    }

    /** a: 2 cores; b: tainted; c: cordoned. */
    private void threeNodes() {
        cache.putNode(nodeInfo("a", "2", "4Gi", UnaryOperator.identity()));
        cache.putNode(nodeInfo(
                "b",
                "2",
                "4Gi",
                node -> node.editSpec()
                        .addNewTaint("NoSchedule", "k", null, "v")
                        .endSpec()));
        cache.putNode(nodeInfo(
                "c", "2", "4Gi", node -> node.editSpec().withUnschedulable(true).endSpec()));
    }

    private static PodInfo onlyOn(String... nodes) {
        return podInfo("p", Map.of(), pod -> {
            var spec = pod.editSpec()
                    .withNewAffinity()
                    .withNewNodeAffinity()
                    .withNewRequiredDuringSchedulingIgnoredDuringExecution();
            for (String node : nodes) {
                spec = spec.addNewNodeSelectorTerm()
                        .addToMatchFields(new NodeSelectorRequirement("metadata.name", "In", List.of(node)))
                        .endNodeSelectorTerm();
            }
            return spec.endRequiredDuringSchedulingIgnoredDuringExecution()
                    .endNodeAffinity()
                    .endAffinity()
                    .endSpec();
        });
    }

    @Test
    void withoutNodesThereIsNothingToDecide() {
        assertThat(algorithm.decide(podInfo("p"), cache.snapshot())).isEqualTo(new Decision.NoNodes());
    }

    @Test
    void spreadsEqualPodsOverEqualNodes() {
        cache.putNode(nodeInfo("a"));
        cache.putNode(nodeInfo("b"));
        for (int i = 0; i < 10; i++) {
            PodInfo pod = podInfo("p" + i, Map.of("cpu", "400m"));
            cache.assume(pod, chosen(pod));
        }
        assertThat(cache.snapshot().block(0).pods(0)).hasSize(5);
        assertThat(cache.snapshot().block(0).pods(1)).hasSize(5);
    }

    @Test
    void amongEqualsEachHasAChance() {
        for (String name : List.of("a", "b", "c")) {
            cache.putNode(nodeInfo(name));
        }
        Set<String> chosen = new HashSet<>();
        for (int i = 0; i < 200; i++) {
            chosen.add(chosen(podInfo("p")));
        }
        assertThat(chosen).containsExactlyInAnyOrder("a", "b", "c");
    }

    /** Recorded from kube-scheduler 1.36.3 with the same three nodes. */
    @Test
    void saysWhyInTheOriginalsWords() {
        threeNodes();
        Decision.Unschedulable huge = refused(podInfo("huge", Map.of("cpu", "8", "memory", "64Gi")));
        assertThat(huge.message())
                .isEqualTo(
                        "0/3 nodes are available: 1 Insufficient cpu, 1 Insufficient memory, 1 node(s) had untolerated"
                                + " taint(s), 1 node(s) were unschedulable." + NO_PREEMPTION);
        assertThat(huge.diagnosis().plugins())
                .containsExactlyInAnyOrder("NodeResourcesFit", "TaintToleration", "NodeUnschedulable");
    }

    @Test
    void saysThatNobodyCouldMakeRoom() {
        threeNodes();
        cache.assume(podInfo("there", Map.of("cpu", "1500m")), "a");
        assertThat(refused(podInfo("p", Map.of("cpu", "1"))).message())
                .endsWith(
                        "preemption: 0/3 nodes are available: 1 No preemption victims found for incoming pod, 2 Preemption"
                                + " is not helpful for scheduling.");
    }

    @Test
    void looksOnlyAtTheNodesThatAreNamed() {
        threeNodes();
        assertThat(chosen(onlyOn("a"))).isEqualTo("a");
        Decision.Unschedulable refused = refused(onlyOn("b"));
        assertThat(refused.message())
                .isEqualTo(
                        "0/3 nodes are available: 1 node(s) had untolerated taint(s), 2 node(s) didn't satisfy plugin(s)"
                                + " [NodeAffinity]." + NO_PREEMPTION);
        assertThat(refused.diagnosis().plugins()).containsExactlyInAnyOrder("NodeAffinity", "TaintToleration");
    }

    @Test
    void aPodWithResourceClaimsIsRefused() {
        threeNodes();
        var pod = podInfo(
                "p",
                Map.of(),
                more -> more.editSpec()
                        .addNewResourceClaim()
                        .withName("claim")
                        .endResourceClaim()
                        .endSpec());
        assertThat(refused(pod).message()).contains("does not allocate");
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "99, 99", "100, 100", "1000, 420", "5000, 500", "20000, 1000"})
    void searchesFewerNodesInLargerClusters(int nodes, int expected) {
        assertThat(algorithm.feasibleNodesToFind(nodes)).isEqualTo(expected);
    }

    @Test
    void theNextSearchBeginsWhereTheLastEnded() {
        for (int i = 0; i < 1000; i++) {
            cache.putNode(nodeInfo("n" + i));
        }
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < 400; i++) {
            PodInfo pod = podInfo("p" + i, Map.of("cpu", "1"));
            String node = chosen(pod);
            cache.assume(pod, node);
            seen.add(node);
        }
        assertThat(seen).as("each pod got an empty node").hasSize(400);
        assertThat(seen.stream()
                        .mapToInt(name -> Integer.parseInt(name.substring(1)) / 250)
                        .distinct())
                .as("from all over the cluster")
                .hasSize(4);
    }
}
