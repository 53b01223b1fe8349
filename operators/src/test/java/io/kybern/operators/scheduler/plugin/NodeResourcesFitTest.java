package io.kybern.operators.scheduler.plugin;

import static io.kybern.operators.scheduler.Objects.NAMES;
import static io.kybern.operators.scheduler.Objects.nodeInfo;
import static io.kybern.operators.scheduler.Objects.podInfo;
import static org.assertj.core.api.Assertions.assertThat;

import io.kybern.operators.scheduler.framework.ClusterEvent;
import io.kybern.operators.scheduler.framework.ClusterEvent.Kind;
import io.kybern.operators.scheduler.framework.ClusterEvent.NodeEvent;
import io.kybern.operators.scheduler.framework.ClusterEvent.PodEvent;
import io.kybern.operators.scheduler.framework.PreFilterResult;
import io.kybern.operators.scheduler.node.NodeCache;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class NodeResourcesFitTest {
    private final NodeResourcesFit plugin = new NodeResourcesFit(NAMES);

    @Test
    void leavesOutNodesWithTooLittleOfAnyResource() {
        NodeCache cluster = Filters.cluster(
                nodeInfo("roomy", "4", "8Gi", UnaryOperator.identity()),
                nodeInfo("slow", "500m", "8Gi", UnaryOperator.identity()),
                nodeInfo("tiny", "500m", "1Gi", UnaryOperator.identity()));
        assertThat(Filters.ask(plugin, podInfo("p", Map.of("cpu", "1", "memory", "2Gi")), cluster.snapshot()))
                .isEqualTo(Map.of(
                        "roomy", List.of(),
                        "slow", List.of("Insufficient cpu"),
                        "tiny", List.of("Insufficient cpu", "Insufficient memory")));
    }

    @Test
    void countsWhatPodsOnTheNodeRequest() {
        NodeCache cluster = Filters.cluster(nodeInfo("n", "2", "8Gi", UnaryOperator.identity()));
        cluster.assume(podInfo("there", Map.of("cpu", "1500m")), "n");
        assertThat(Filters.ask(plugin, podInfo("exact", Map.of("cpu", "500m")), cluster.snapshot()))
                .containsEntry("n", List.of());
        assertThat(Filters.ask(plugin, podInfo("over", Map.of("cpu", "501m")), cluster.snapshot()))
                .containsEntry("n", List.of("Insufficient cpu"));
    }

    @Test
    void knowsExtendedResourcesAndTheLimitOfPods() {
        NodeCache cluster = Filters.cluster(
                nodeInfo(
                        "gpu",
                        "4",
                        "8Gi",
                        node -> node.editStatus()
                                .addToAllocatable("example.com/gpu", new io.fabric8.kubernetes.api.model.Quantity("1"))
                                .addToAllocatable("pods", new io.fabric8.kubernetes.api.model.Quantity("1"))
                                .endStatus()),
                nodeInfo("plain"));
        var pod = podInfo("p", Map.of("example.com/gpu", "1"));
        assertThat(Filters.ask(plugin, pod, cluster.snapshot()))
                .containsEntry("gpu", List.of())
                .containsEntry("plain", List.of("Insufficient example.com/gpu"));
        cluster.assume(podInfo("first"), "gpu");
        assertThat(Filters.ask(plugin, pod, cluster.snapshot())).containsEntry("gpu", List.of("Too many pods"));
    }

    @Test
    void saysWhetherPodsLeavingCouldHelp() {
        NodeCache cluster = Filters.cluster(nodeInfo("n", "2", "8Gi", UnaryOperator.identity()));
        cluster.assume(podInfo("there", Map.of("cpu", "1500m")), "n");
        var snapshot = cluster.snapshot();
        for (var expected : Map.of("1", true, "3", false).entrySet()) {
            var check =
                    (PreFilterResult.Check) plugin.preFilter(podInfo("p", Map.of("cpu", expected.getKey())), snapshot);
            assertThat(check.filter().explain(snapshot.block(0), 0).resolvable())
                    .isEqualTo(expected.getValue());
        }
    }

    /** (4000 − 1000) / 4000 = 75 % of cpu, (8 − 2) / 8 = 75 % of memory; and 50 % of both. */
    @Test
    void prefersTheLargerFreeShare() {
        NodeCache cluster = Filters.cluster(
                nodeInfo("large", "4", "8Gi", UnaryOperator.identity()),
                nodeInfo("small", "2", "4Gi", UnaryOperator.identity()));
        assertThat(Filters.score(plugin, podInfo("p", Map.of("cpu", "1", "memory", "2Gi")), cluster.snapshot()))
                .isEqualTo(Map.of("large", 75L, "small", 50L));
    }

    @Test
    void podsWithoutRequestsCountWithATypicalAmount() {
        NodeCache cluster = Filters.cluster(nodeInfo("n", "1", "2000Mi", UnaryOperator.identity()));
        cluster.assume(podInfo("there"), "n");
        // 100m and 200 MiB each: a fifth of both is taken.
        assertThat(Filters.score(plugin, podInfo("p"), cluster.snapshot())).isEqualTo(Map.of("n", 80L));
    }

    @Test
    void wakesForANodeThatIsLargeEnoughAndForOneThatGrew() {
        var pod = podInfo("p", Map.of("cpu", "3"));
        var small = nodeInfo("n", "2", "8Gi", UnaryOperator.identity());
        var large = nodeInfo("n", "4", "8Gi", UnaryOperator.identity());
        var moreMemory = nodeInfo("n", "4", "16Gi", UnaryOperator.identity());
        assertThat(plugin.mayHelp(new NodeEvent(Kind.NODE_ADD, Optional.empty(), small), pod))
                .isFalse();
        assertThat(plugin.mayHelp(new NodeEvent(Kind.NODE_ADD, Optional.empty(), large), pod))
                .isTrue();
        assertThat(ClusterEvent.ofNodeUpdate(small, large))
                .singleElement()
                .matches(event -> plugin.mayHelp(event, pod));
        assertThat(ClusterEvent.ofNodeUpdate(large, moreMemory))
                .singleElement()
                .matches(event -> !plugin.mayHelp(event, pod));
    }

    @Test
    void wakesWhenAPodLeavesANode() {
        var pod = podInfo("p", Map.of("cpu", "3"));
        assertThat(plugin.mayHelp(
                        new PodEvent(
                                Kind.POD_DELETE,
                                Optional.empty(),
                                podInfo("gone").onNode("n")),
                        pod))
                .isTrue();
        assertThat(plugin.mayHelp(new PodEvent(Kind.POD_DELETE, Optional.empty(), podInfo("unassigned")), pod))
                .isFalse();
    }
}
