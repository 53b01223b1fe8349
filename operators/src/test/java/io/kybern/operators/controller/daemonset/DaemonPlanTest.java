package io.kybern.operators.controller.daemonset;

import static io.kybern.operators.controller.PodFixture.deleting;
import static io.kybern.operators.controller.PodFixture.in;
import static io.kybern.operators.controller.daemonset.DaemonFixture.node;
import static io.kybern.operators.controller.daemonset.DaemonFixture.nodes;
import static io.kybern.operators.controller.daemonset.DaemonFixture.pod;
import static io.kybern.operators.controller.daemonset.DaemonFixture.rolling;
import static io.kybern.operators.controller.daemonset.DaemonFixture.set;
import static io.kybern.operators.controller.daemonset.DaemonFixture.state;
import static io.kybern.operators.controller.daemonset.DaemonFixture.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.fabric8.kubernetes.api.model.apps.DaemonSetStatusBuilder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DaemonPlanTest {
    private final DaemonSet set = set().build();

    private static DaemonPlan.Change plan(DaemonState state) {
        return DaemonPlan.manage(state, node -> Optional.empty());
    }

    @Test
    void everyNodeThatSuitsGetsOne() {
        var repelling = node("b")
                .withNewSpec()
                .addNewTaint("NoSchedule", "dedicated", null, "x")
                .endSpec()
                .build();
        var nodes = new ArrayList<>(nodes("a", "c"));
        nodes.add(repelling);
        assertThat(text(plan(state(set, nodes, pod("p", "c", "new"))))).isEqualTo("+a");
        assertThat(text(plan(state(set, nodes, pod("p", "a", "new"), pod("q", "b", "new"), pod("r", "c", "new")))))
                .as("a taint that came later drives nobody away")
                .isEmpty();
    }

    @Test
    void whereItMayNotStayItGoes() {
        var evicting = node("a")
                .withNewSpec()
                .addNewTaint("NoExecute", "k", null, "v")
                .endSpec()
                .build();
        assertThat(text(plan(state(set, List.of(evicting), pod("p", "a", "new"), deleting(pod("q", "a", "new"))))))
                .isEqualTo("-p");
    }

    @Test
    void theOldestStaysWhereThereAreTwo() {
        var younger = new PodBuilder(pod("b", "a", "new"))
                .editMetadata()
                .withCreationTimestamp("2026-01-01T00:00:09Z")
                .endMetadata()
                .build();
        assertThat(text(plan(state(set, nodes("a"), younger, pod("c", "a", "new")))))
                .isEqualTo("-b");
    }

    @Test
    void aPodOnItsWayIsWaitedForUnlessThereIsSurge() {
        var going = deleting(pod("p", "a", "old"));
        assertThat(text(plan(state(set, nodes("a"), going)))).isEmpty();
        assertThat(text(plan(state(rolling("1", "0"), nodes("a"), going)))).isEqualTo("+a");
    }

    @Test
    void withSurgeTheOldOneGoesWhenTheNewIsAvailable() {
        DaemonSet surging = rolling("1", "0");
        var old = pod("old", "a", "old");
        var fresh = pod("new", "a", "new");
        assertThat(text(plan(state(surging, nodes("a"), old, in("Pending", fresh)))))
                .isEmpty();
        assertThat(text(plan(state(surging, nodes("a"), old, fresh)))).isEqualTo("-old");
        assertThat(text(plan(state(surging, nodes("a"), in("Running", old), in("Pending", fresh)))))
                .isEqualTo("-old");
    }

    @Test
    void whatHasEndedIsReplacedButNotInACircle() {
        var failed = in("Failed", pod("p", "a", "new"));
        var change = plan(state(set, nodes("a"), failed));
        assertThat(text(change)).isEqualTo("-p");
        assertThat(change.ended()).containsEntry(failed, "a");
        var held = DaemonPlan.manage(state(set, nodes("a"), failed), node -> Optional.of(Duration.ofSeconds(2)));
        assertThat(text(held)).isEmpty();
        assertThat(held.pause()).contains(Duration.ofSeconds(2));
        var succeeded = in("Succeeded", pod("p", "a", "new"));
        assertThat(text(DaemonPlan.manage(
                        state(set, nodes("a"), succeeded), node -> Optional.of(Duration.ofSeconds(2)))))
                .isEqualTo("-p");
    }

    @Test
    void aPodForANodeThatIsGoneGoesToo() {
        var waiting = DaemonPods.pod(set, "new", "gone");
        waiting.getMetadata().setName("p");
        assertThat(text(plan(state(set, nodes(), waiting, pod("q", "gone", "new")))))
                .isEqualTo("-p");
    }

    @Test
    void noMoreThanABurst() {
        String[] many = IntStream.range(0, 300).mapToObj(i -> "n" + i).toArray(String[]::new);
        assertThat(plan(state(set, nodes(many))).nodes()).hasSize(250);
    }

    @Test
    void statusCountsByNode() {
        var unsuited = node("d")
                .withNewSpec()
                .addNewTaint("NoSchedule", "k", null, "v")
                .endSpec()
                .build();
        var nodes = new ArrayList<>(nodes("a", "b", "c"));
        nodes.add(unsuited);
        var state = state(set, nodes, pod("p", "a", "new"), in("Running", pod("q", "b", "old")), pod("r", "d", "new"));
        assertThat(DaemonStatuses.of(state, true, Optional.empty()))
                .isEqualTo(new DaemonSetStatusBuilder()
                        .withObservedGeneration(4L)
                        .withDesiredNumberScheduled(3)
                        .withCurrentNumberScheduled(2)
                        .withNumberMisscheduled(1)
                        .withNumberReady(1)
                        .withNumberAvailable(1)
                        .withNumberUnavailable(2)
                        .withUpdatedNumberScheduled(1)
                        .build());
        assertThat(DaemonStatuses.of(state, false, Optional.empty()).getObservedGeneration())
                .isNull();
    }
}
