package io.kybern.operators.scheduler.plugin;

import static io.kybern.operators.scheduler.Objects.nodeInfo;
import static io.kybern.operators.scheduler.Objects.podInfo;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ContainerImage;
import io.kybern.operators.scheduler.framework.ClusterEvent;
import io.kybern.operators.scheduler.framework.ClusterEvent.Kind;
import io.kybern.operators.scheduler.framework.ClusterEvent.PodEvent;
import io.kybern.operators.scheduler.node.NodeInfo;
import io.kybern.operators.scheduler.pod.PodInfo;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class SmallPluginsTest {
    private static NodeInfo cordoned(String name) {
        return nodeInfo(
                name,
                "4",
                "8Gi",
                node -> node.editSpec().withUnschedulable(true).endSpec());
    }

    private static PodInfo withPort(String name, int port, String ip) {
        return podInfo(
                name,
                Map.of(),
                pod -> pod.editSpec()
                        .editFirstContainer()
                        .addNewPort()
                        .withContainerPort(80)
                        .withHostPort(port)
                        .withHostIP(ip)
                        .endPort()
                        .endContainer()
                        .endSpec());
    }

    @Test
    void gatesHoldAPodBack() {
        var gated = podInfo(
                "p",
                Map.of(),
                pod -> pod.editSpec()
                        .addNewSchedulingGate("one")
                        .addNewSchedulingGate("two")
                        .endSpec());
        assertThat(new SchedulingGates().preEnqueue(gated).orElseThrow().reasons())
                .containsExactly("waiting for scheduling gates: [one two]");
        assertThat(new SchedulingGates().preEnqueue(podInfo("p"))).isEmpty();
    }

    @Test
    void cordonedNodesAreLeftOutUnlessTolerated() {
        var plugin = new NodeUnschedulable();
        var snapshot = Filters.cluster(cordoned("off"), nodeInfo("on")).snapshot();
        assertThat(Filters.ask(plugin, podInfo("p"), snapshot))
                .isEqualTo(Map.of("off", List.of("node(s) were unschedulable"), "on", List.of()));
        var tolerant = podInfo(
                "p",
                Map.of(),
                pod -> pod.editSpec()
                        .addNewToleration(null, "node.kubernetes.io/unschedulable", "Exists", null, null)
                        .endSpec());
        assertThat(Filters.ask(plugin, tolerant, snapshot)).containsEntry("off", List.of());
        assertThat(ClusterEvent.ofNodeUpdate(cordoned("n"), nodeInfo("n")))
                .singleElement()
                .matches(event -> plugin.mayHelp(event, podInfo("p")));
        assertThat(ClusterEvent.ofNodeUpdate(nodeInfo("n"), cordoned("n"))).isEmpty();
    }

    @Test
    void aNamedNodeIsTheOnlyOne() {
        var snapshot = Filters.cluster(nodeInfo("a"), nodeInfo("b")).snapshot();
        assertThat(Filters.ask(new NodeName(), podInfo("p").onNode("b"), snapshot))
                .isEqualTo(Map.of("a", List.of("node(s) didn't match the requested node name"), "b", List.of()));
    }

    @Test
    void portsOfTheNodeAreTakenOnce() {
        var plugin = new NodePorts();
        var cluster = Filters.cluster(nodeInfo("a"), nodeInfo("b"));
        var reason = List.of("node(s) didn't have free ports for the requested pod ports");
        cluster.assume(withPort("first", 80, "10.0.0.1"), "a");
        assertThat(Filters.ask(plugin, withPort("same", 80, ""), cluster.snapshot()))
                .isEqualTo(Map.of("a", reason, "b", List.of()));
        assertThat(Filters.ask(plugin, withPort("other-address", 80, "10.0.0.2"), cluster.snapshot()))
                .containsEntry("a", List.of());
        assertThat(Filters.ask(plugin, withPort("other-port", 81, ""), cluster.snapshot()))
                .containsEntry("a", List.of());
        var gone = new PodEvent(Kind.POD_DELETE, Optional.empty(), withPort("first", 80, "10.0.0.1"));
        assertThat(plugin.mayHelp(gone, withPort("same", 80, ""))).isTrue();
        assertThat(plugin.mayHelp(gone, withPort("other-port", 81, ""))).isFalse();
    }

    /** Before: 50 % cpu, 0 % memory: 75. With: 50 % and 50 %: 100. 50 + (50 + 25) / 2 = 87. */
    @Test
    void balanceIsBetterWhenThePodEvensItOut() {
        var cluster = Filters.cluster(
                nodeInfo("uneven", "4", "8Gi", UnaryOperator.identity()),
                nodeInfo("even", "4", "8Gi", UnaryOperator.identity()));
        cluster.assume(podInfo("cpu", Map.of("cpu", "2")), "uneven");
        var plugin = new NodeResourcesBalancedAllocation();
        assertThat(Filters.score(plugin, podInfo("p", Map.of("memory", "4Gi")), cluster.snapshot()))
                .isEqualTo(Map.of("uneven", 87L, "even", 63L - 1));
        assertThat(Filters.score(plugin, podInfo("best-effort"), cluster.snapshot()))
                .isEmpty();
    }

    /** On one of two nodes: 500 MiB × ½ = 250 MiB; (250 − 23) × 100 / (1000 − 23) = 23. */
    @Test
    void imagesDrawPodsToTheirNodes() {
        var plugin = new ImageLocality();
        var snapshot = Filters.cluster(
                        nodeInfo(
                                "has",
                                "4",
                                "8Gi",
                                node -> node.editStatus()
                                        .addToImages(new ContainerImage(List.of("app:latest"), 500L << 20))
                                        .endStatus()),
                        nodeInfo("not"))
                .snapshot();
        assertThat(Filters.score(plugin, podInfo("p"), snapshot)).isEqualTo(Map.of("has", 23L, "not", 0L));
        assertThat(Filters.score(
                        plugin, podInfo("p"), Filters.cluster(nodeInfo("not")).snapshot()))
                .isEmpty();
    }
}
