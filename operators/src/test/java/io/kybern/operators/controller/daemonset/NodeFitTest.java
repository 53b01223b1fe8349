package io.kybern.operators.controller.daemonset;

import static io.kybern.operators.controller.daemonset.DaemonFixture.node;
import static io.kybern.operators.controller.daemonset.DaemonFixture.set;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import org.junit.jupiter.api.Test;

class NodeFitTest {
    private static DaemonSet with(PodSpecBuilder spec) {
        return set().editSpec()
                .editTemplate()
                .withSpec(spec.build())
                .endTemplate()
                .endSpec()
                .build();
    }

    private static Node tainted(String key, String effect) {
        return node("a")
                .withNewSpec()
                .addNewTaint(effect, key, null, "")
                .endSpec()
                .build();
    }

    @Test
    void labelsAndAffinityChoose() {
        var labelled = node("a")
                .editMetadata()
                .addToLabels("disk", "ssd")
                .endMetadata()
                .build();
        var bySelector = with(new PodSpecBuilder().addToNodeSelector("disk", "ssd"));
        assertThat(NodeFit.of(bySelector, labelled)).isEqualTo(new NodeFit(true, true));
        assertThat(NodeFit.of(bySelector, node("a").build())).isEqualTo(new NodeFit(false, false));
        var byAffinity = with(new PodSpecBuilder()
                .withNewAffinity()
                .withNewNodeAffinity()
                .withNewRequiredDuringSchedulingIgnoredDuringExecution()
                .addNewNodeSelectorTerm()
                .addNewMatchExpression()
                .withKey("disk")
                .withOperator("Exists")
                .endMatchExpression()
                .endNodeSelectorTerm()
                .endRequiredDuringSchedulingIgnoredDuringExecution()
                .endNodeAffinity()
                .endAffinity());
        assertThat(NodeFit.of(byAffinity, labelled).shouldRun()).isTrue();
        assertThat(NodeFit.of(byAffinity, node("a").build()).shouldRun()).isFalse();
        assertThat(NodeFit.of(with(new PodSpecBuilder().withNodeName("b")), labelled)
                        .mayStay())
                .isFalse();
    }

    @Test
    void taintsRepel() {
        assertThat(NodeFit.of(set().build(), tainted("k", "NoSchedule"))).isEqualTo(new NodeFit(false, true));
        assertThat(NodeFit.of(set().build(), tainted("k", "NoExecute"))).isEqualTo(new NodeFit(false, false));
        assertThat(NodeFit.of(set().build(), tainted("k", "PreferNoSchedule"))).isEqualTo(new NodeFit(true, true));
    }

    @Test
    void daemonsPutUpWithTroubledNodes() {
        assertThat(NodeFit.of(set().build(), tainted("node.kubernetes.io/not-ready", "NoExecute"))
                        .shouldRun())
                .isTrue();
        assertThat(NodeFit.of(set().build(), tainted("node.kubernetes.io/unschedulable", "NoSchedule"))
                        .shouldRun())
                .isTrue();
        Node unconnected = tainted("node.kubernetes.io/network-unavailable", "NoSchedule");
        assertThat(NodeFit.of(set().build(), unconnected).shouldRun()).isFalse();
        assertThat(NodeFit.of(with(new PodSpecBuilder().withHostNetwork(true)), unconnected)
                        .shouldRun())
                .isTrue();
    }
}
