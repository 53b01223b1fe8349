package io.kybern.operators.controller.replicaset;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.fabric8.kubernetes.api.model.apps.ReplicaSetBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.kybern.operators.controller.replicaset.ReplicaSetPlan.Action;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ReplicaSetPlanTest {
    private final Instant now = Instant.parse("2026-01-01T01:00:00Z");

    private static ReplicaSet replicaSet(int replicas, int minReadySeconds) {
        return new ReplicaSetBuilder()
                .withNewMetadata()
                .withName("web")
                .withGeneration(3L)
                .endMetadata()
                .withNewSpec()
                .withReplicas(replicas)
                .withMinReadySeconds(minReadySeconds)
                .withNewTemplate()
                .withNewMetadata()
                .addToLabels("app", "web")
                .endMetadata()
                .endTemplate()
                .endSpec()
                .build();
    }

    private PodBuilder pod(String name) {
        return new PodBuilder()
                .withNewMetadata()
                .withName(name)
                .withUid(name)
                .withCreationTimestamp("2026-01-01T00:00:00Z")
                .addToLabels("app", "web")
                .endMetadata()
                .withNewSpec()
                .withNodeName("node")
                .endSpec()
                .withNewStatus()
                .withPhase("Running")
                .endStatus();
    }

    private PodBuilder ready(String name, Instant since) {
        return pod(name)
                .editStatus()
                .addNewCondition()
                .withType("Ready")
                .withStatus("True")
                .withLastTransitionTime(since.toString())
                .endCondition()
                .endStatus();
    }

    private List<Pod> pods(int count) {
        return IntStream.range(0, count).mapToObj(i -> pod("p" + i).build()).toList();
    }

    @Test
    void createsWhatIsMissingUpToABurst() {
        assertThat(ReplicaSetPlan.plan(replicaSet(3, 0), pods(1), List.of(), now))
                .isEqualTo(new Action.Create(2));
        assertThat(ReplicaSetPlan.plan(replicaSet(1000, 0), pods(1), List.of(), now))
                .isEqualTo(new Action.Create(500));
        assertThat(ReplicaSetPlan.plan(replicaSet(1, 0), pods(1), List.of(), now))
                .isEqualTo(new Action.Nothing());
    }

    @Test
    void deletesWhatHurtsLeast() {
        var unassigned =
                pod("unassigned").editSpec().withNodeName(null).endSpec().build();
        var pending =
                pod("pending").editStatus().withPhase("Pending").endStatus().build();
        var unready = pod("unready").build();
        var cheap = ready("cheap", now.minusSeconds(5000))
                .editMetadata()
                .addToAnnotations("controller.kubernetes.io/pod-deletion-cost", "-5")
                .endMetadata()
                .build();
        var fresh = ready("fresh", now.minusSeconds(5)).build();
        var old = ready("old", now.minusSeconds(5000)).build();
        var all = List.of(old, fresh, cheap, unready, pending, unassigned);
        assertThat(DeletionOrder.first(5, all, List.of(), now))
                .extracting(pod -> pod.getMetadata().getName())
                .containsExactly("unassigned", "pending", "unready", "cheap", "fresh");
    }

    @Test
    void thinsOutCrowdedNodesFirst() {
        var alone = ready("alone", now.minusSeconds(5))
                .editSpec()
                .withNodeName("a")
                .endSpec()
                .build();
        var crowded = ready("crowded", now.minusSeconds(5000))
                .editSpec()
                .withNodeName("b")
                .endSpec()
                .build();
        var neighbour = pod("neighbour").editSpec().withNodeName("b").endSpec().build();
        assertThat(DeletionOrder.first(1, List.of(alone, crowded), List.of(alone, crowded, neighbour), now))
                .containsExactly(crowded);
    }

    @Test
    void statusCountsAndOmitsZeros() {
        var replicaSet = replicaSet(3, 10);
        var active = List.of(
                ready("available", now.minusSeconds(10)).build(),
                ready("fresh", now.minusSeconds(4)).build(),
                pod("unready").editMetadata().withLabels(null).endMetadata().build());
        var status = ReplicaSetPlan.status(replicaSet, active, 1, Optional.empty(), now);
        assertThat(status.getReplicas()).isEqualTo(3);
        assertThat(status.getFullyLabeledReplicas()).isEqualTo(2);
        assertThat(status.getReadyReplicas()).isEqualTo(2);
        assertThat(status.getAvailableReplicas()).isEqualTo(1);
        assertThat(status.getTerminatingReplicas()).isEqualTo(1);
        assertThat(status.getObservedGeneration()).isEqualTo(3);
        assertThat(ReplicaSetPlan.nextLook(replicaSet, active, now).after()).contains(Duration.ofSeconds(6));

        var none = ReplicaSetPlan.status(replicaSet, List.of(), 0, Optional.empty(), now);
        assertThat(none.getReplicas()).isZero();
        assertThat(none.getReadyReplicas()).isNull();
    }

    @Test
    void aFailureIsAConditionUntilItIsOver() {
        var replicaSet = replicaSet(3, 0);
        var failed =
                ReplicaSetPlan.status(replicaSet, pods(1), 0, Optional.of(new KubernetesClientException("quota")), now);
        assertThat(failed.getConditions()).singleElement().satisfies(condition -> {
            assertThat(condition.getType()).isEqualTo("ReplicaFailure");
            assertThat(condition.getReason()).isEqualTo("FailedCreate");
            assertThat(condition.getMessage()).isEqualTo("quota");
        });
        replicaSet.setStatus(failed);
        assertThat(ReplicaSetPlan.status(replicaSet, pods(3), 0, Optional.empty(), now)
                        .getConditions())
                .isEmpty();
    }
}
