package io.kybern.operators.controller.daemonset;

import static io.kybern.operators.controller.PodFixture.deleting;
import static io.kybern.operators.controller.PodFixture.in;
import static io.kybern.operators.controller.daemonset.DaemonFixture.node;
import static io.kybern.operators.controller.daemonset.DaemonFixture.nodes;
import static io.kybern.operators.controller.daemonset.DaemonFixture.pod;
import static io.kybern.operators.controller.daemonset.DaemonFixture.rolling;
import static io.kybern.operators.controller.daemonset.DaemonFixture.state;
import static io.kybern.operators.controller.daemonset.DaemonFixture.text;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import org.junit.jupiter.api.Test;

class RollingUpdateTest {
    @Test
    void asManyAtOnceAsMayBeUnavailable() {
        var set = rolling("0", "2");
        var nodes = nodes("a", "b", "c", "d");
        assertThat(text(RollingUpdate.plan(state(
                        set,
                        nodes,
                        pod("a", "a", "old"),
                        pod("b", "b", "old"),
                        pod("c", "c", "old"),
                        in("Pending", pod("d", "d", "new"))))))
                .isEqualTo("-a");
        assertThat(text(RollingUpdate.plan(
                        state(set, nodes, pod("a", "a", "old"), pod("b", "b", "old"), deleting(pod("c", "c", "old"))))))
                .isEmpty();
    }

    @Test
    void whatIsNotAvailableAnywayIsReplacedAtOnce() {
        assertThat(text(RollingUpdate.plan(state(
                        rolling("0", "1"),
                        nodes("a", "b"),
                        pod("a", "a", "old"),
                        in("Pending", pod("b", "b", "old"))))))
                .isEqualTo("-b");
    }

    @Test
    void partsOfNodesRoundUp() {
        assertThat(text(RollingUpdate.plan(state(
                        rolling("0", "40%"),
                        nodes("a", "b", "c"),
                        pod("a", "a", "old"),
                        pod("b", "b", "old"),
                        pod("c", "c", "old")))))
                .isEqualTo("-a -b");
    }

    @Test
    void withSurgeNewOnesComeFirst() {
        var set = rolling("1", "0");
        var nodes = nodes("a", "b", "c");
        var a = pod("a", "a", "old");
        var b = pod("b", "b", "old");
        var c = pod("c", "c", "old");
        assertThat(text(RollingUpdate.plan(state(set, nodes, a, b, c)))).isEqualTo("+a");
        assertThat(text(RollingUpdate.plan(state(set, nodes, a, in("Pending", pod("a2", "a", "new")), b, c))))
                .isEmpty();
        assertThat(text(RollingUpdate.plan(state(set, nodes, a, pod("a2", "a", "new"), b, c))))
                .isEqualTo("+b -a");
        assertThat(text(RollingUpdate.plan(state(set, nodes, a, in("Pending", b), c))))
                .isEqualTo("+b +a");
    }

    @Test
    void aNodeThatCeasedToSuitKeepsItsPodUntilThereAreEnough() {
        var set = rolling("1", "0");
        var nodes = new ArrayList<>(nodes("a"));
        nodes.add(node("b")
                .withNewSpec()
                .addNewTaint("NoSchedule", "k", null, "v")
                .endSpec()
                .build());
        assertThat(text(RollingUpdate.plan(
                        state(set, nodes, in("Pending", pod("a", "a", "new")), pod("b", "b", "old")))))
                .isEmpty();
        assertThat(text(RollingUpdate.plan(state(set, nodes, pod("a", "a", "new"), pod("b", "b", "old")))))
                .isEqualTo("-b");
    }
}
