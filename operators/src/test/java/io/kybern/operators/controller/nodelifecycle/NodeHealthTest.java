package io.kybern.operators.controller.nodelifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.Taint;
import io.fabric8.kubernetes.api.model.TaintBuilder;
import io.fabric8.kubernetes.api.model.Toleration;
import io.fabric8.kubernetes.api.model.TolerationBuilder;
import io.kybern.operators.controller.nodelifecycle.NodeHealth.Eviction;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class NodeHealthTest {
    private final Instant now = Instant.parse("2026-01-01T00:00:00Z");

    private static NodeBuilder node(String name, String ready, String zone) {
        return new NodeBuilder()
                .withNewMetadata()
                .withName(name)
                .addToLabels("topology.kubernetes.io/zone", zone)
                .addToLabels("kubernetes.io/os", "linux")
                .endMetadata()
                .withNewSpec()
                .endSpec()
                .withNewStatus()
                .addNewCondition()
                .withType("Ready")
                .withStatus(ready)
                .withReason("KubeletReady")
                .endCondition()
                .endStatus();
    }

    private List<String> taints(Node node, Eviction eviction) {
        return NodeHealth.taints(node, eviction, now).stream()
                .map(taint -> taint.getKey() + ':' + taint.getEffect())
                .sorted()
                .toList();
    }

    private Node tainted(Node node, Eviction eviction) {
        return new NodeBuilder(node)
                .editSpec()
                .withTaints(NodeHealth.taints(node, eviction, now))
                .endSpec()
                .build();
    }

    @Test
    void aSilentNodeIsUnknownInAllThatItsKubeletReports() {
        var silent = NodeHealth.silent(node("a", "True", "z").build(), now);
        assertThat(silent.getStatus().getConditions())
                .extracting(
                        condition -> condition.getType() + ' ' + condition.getStatus() + ' ' + condition.getReason())
                .containsExactly(
                        "Ready Unknown NodeStatusUnknown",
                        "MemoryPressure Unknown NodeStatusNeverUpdated",
                        "DiskPressure Unknown NodeStatusNeverUpdated",
                        "PIDPressure Unknown NodeStatusNeverUpdated");
        assertThat(NodeHealth.silent(silent, now.plusSeconds(60))).isEqualTo(silent);
    }

    @Test
    void taintsFollowConditions() {
        var unknown = node("a", "Unknown", "z").build();
        assertThat(taints(unknown, Eviction.LATER)).containsExactly("node.kubernetes.io/unreachable:NoSchedule");
        assertThat(taints(unknown, Eviction.ALLOWED))
                .containsExactly(
                        "node.kubernetes.io/unreachable:NoExecute", "node.kubernetes.io/unreachable:NoSchedule");

        var evicting = tainted(unknown, Eviction.ALLOWED);
        var notReady = new NodeBuilder(evicting)
                .editStatus()
                .editFirstCondition()
                .withStatus("False")
                .endCondition()
                .endStatus()
                .build();
        assertThat(taints(notReady, Eviction.LATER))
                .containsExactly("node.kubernetes.io/not-ready:NoExecute", "node.kubernetes.io/not-ready:NoSchedule");
        assertThat(taints(evicting, Eviction.NEVER)).containsExactly("node.kubernetes.io/unreachable:NoSchedule");
        var ready = new NodeBuilder(evicting)
                .editStatus()
                .editFirstCondition()
                .withStatus("True")
                .endCondition()
                .endStatus()
                .build();
        assertThat(taints(ready, Eviction.NEVER)).isEmpty();
    }

    @Test
    void othersTaintsStayAndPressureAndCordonAreTold() {
        var node = node("a", "True", "z")
                .editSpec()
                .withUnschedulable(true)
                .addNewTaint("NoSchedule", "mine", null, "v")
                .endSpec()
                .editStatus()
                .addNewCondition()
                .withType("DiskPressure")
                .withStatus("True")
                .endCondition()
                .endStatus()
                .build();
        assertThat(taints(node, Eviction.NEVER))
                .containsExactly(
                        "mine:NoSchedule",
                        "node.kubernetes.io/disk-pressure:NoSchedule",
                        "node.kubernetes.io/unschedulable:NoSchedule");
        var tainted = tainted(node, Eviction.NEVER);
        assertThat(NodeHealth.taints(tainted, Eviction.NEVER, now.plusSeconds(9)))
                .isEqualTo(tainted.getSpec().getTaints());
    }

    @Test
    void formerLabelsFollowThoseOfToday() {
        assertThat(NodeHealth.labels(node("a", "True", "z").build()))
                .isEqualTo(Map.of("beta.kubernetes.io/os", "linux"));
    }

    @Test
    void zonesAreEmptiedAtTheirRate() {
        List<Node> nodes = new ArrayList<>();
        nodes.add(node("a0", "Unknown", "a").build());
        nodes.add(node("a1", "True", "a").build());
        var limiter = new ZoneLimiter(new ZoneLimiter.Limits(0.1, 0.01, 0.55, 50), () -> nodes);
        assertThat(limiter.ask(nodes.getFirst(), now)).isEqualTo(Eviction.ALLOWED);
        assertThat(limiter.ask(nodes.getFirst(), now.plusSeconds(9))).isEqualTo(Eviction.LATER);
        assertThat(limiter.ask(nodes.getFirst(), now.plusSeconds(10))).isEqualTo(Eviction.ALLOWED);
    }

    @Test
    void aSmallZoneThatIsMostlySilentIsLeftAlone() {
        List<Node> nodes = List.of(
                node("a", "Unknown", "z").build(),
                node("b", "Unknown", "z").build(),
                node("c", "Unknown", "z").build(),
                node("d", "True", "z").build());
        var limiter = new ZoneLimiter(new ZoneLimiter.Limits(0.1, 0.01, 0.55, 50), () -> nodes);
        assertThat(limiter.ask(nodes.getFirst(), now)).isEqualTo(Eviction.LATER);
    }

    @Test
    void whenAllAreSilentNobodyIsEvicted() {
        List<Node> nodes = List.of(node("a", "Unknown", "z").build());
        var limiter = new ZoneLimiter(new ZoneLimiter.Limits(0.1, 0.01, 0.55, 50), () -> nodes);
        assertThat(limiter.everythingIsDown(now)).isTrue();
        assertThat(limiter.ask(nodes.getFirst(), now)).isEqualTo(Eviction.NEVER);
    }

    @Test
    void tolerationsSetTheTime() {
        Taint taint = new TaintBuilder()
                .withKey("k")
                .withValue("v")
                .withEffect("NoExecute")
                .build();
        Toleration five = new TolerationBuilder()
                .withKey("k")
                .withOperator("Exists")
                .withTolerationSeconds(5L)
                .build();
        Toleration forever = new TolerationBuilder().withOperator("Exists").build();
        Toleration other = new TolerationBuilder().withKey("k").withValue("w").build();
        assertThat(Tolerance.of(List.of(), List.of())).isEqualTo(new Tolerance.Forever());
        assertThat(Tolerance.of(List.of(taint), List.of(other))).isEqualTo(new Tolerance.For(Duration.ZERO));
        assertThat(Tolerance.of(List.of(taint), List.of(other, five)))
                .isEqualTo(new Tolerance.For(Duration.ofSeconds(5)));
        assertThat(Tolerance.of(List.of(taint), List.of(forever))).isEqualTo(new Tolerance.Forever());
    }
}
