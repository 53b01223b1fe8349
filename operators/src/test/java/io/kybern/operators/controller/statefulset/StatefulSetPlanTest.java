package io.kybern.operators.controller.statefulset;

import static io.kybern.operators.controller.PodFixture.deleting;
import static io.kybern.operators.controller.PodFixture.in;
import static io.kybern.operators.controller.statefulset.SetFixture.pod;
import static io.kybern.operators.controller.statefulset.SetFixture.set;
import static io.kybern.operators.controller.statefulset.SetFixture.state;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSetBuilder;
import io.kybern.operators.controller.statefulset.StatefulSetPlan.Action;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StatefulSetPlanTest {
    /** {@code Create web-0, Delete web-1}: what is done, in its order. */
    private static String plan(SetState state) {
        return String.join(
                ", ",
                StatefulSetPlan.plan(state).stream()
                        .flatMap(List::stream)
                        .map(action -> action.getClass().getSimpleName() + " "
                                + action.pod().getMetadata().getName())
                        .toList());
    }

    private static StatefulSet parallel(int replicas) {
        return set(replicas)
                .editSpec()
                .withPodManagementPolicy("Parallel")
                .endSpec()
                .build();
    }

    @Test
    void inOrderThePodBeforeMustBeAvailable() {
        StatefulSet set = set(3).build();
        assertThat(plan(state(set))).isEqualTo("Create web-0");
        assertThat(plan(state(set, in("Pending", pod(set, 0, "new"))))).isEmpty();
        assertThat(plan(state(set, deleting(pod(set, 0, "new"))))).isEmpty();
        assertThat(plan(state(set, pod(set, 0, "new")))).isEqualTo("Create web-1");
        StatefulSet patient =
                set(3).editSpec().withMinReadySeconds(3601).endSpec().build();
        assertThat(plan(state(patient, pod(patient, 0, "new")))).isEmpty();
    }

    @Test
    void inParallelAllAtOnce() {
        StatefulSet set = parallel(3);
        assertThat(plan(state(set, in("Pending", pod(set, 1, "new")), pod(set, 3, "new"), pod(set, 4, "new"))))
                .isEqualTo("Create web-0, Create web-2, Delete web-4, Delete web-3");
    }

    @Test
    void aPodThatHasEndedIsDeletedAndMadeAgain() {
        StatefulSet set = set(2).build();
        assertThat(plan(state(set, in("Succeeded", pod(set, 0, "new"))))).isEqualTo("Delete web-0");
        assertThat(plan(state(set, deleting(in("Failed", pod(set, 0, "new")))))).isEmpty();
    }

    @Test
    void numbersStartWhereTheSetSays() {
        StatefulSet set = set(2).editSpec().withNewOrdinals(5).endSpec().build();
        assertThat(plan(state(set, pod(set, 5, "new"), pod(set, 1, "new")))).isEqualTo("Create web-6");
        assertThat(plan(state(set, pod(set, 5, "new"), pod(set, 6, "new"), pod(set, 1, "new"))))
                .isEqualTo("Delete web-1");
    }

    @Test
    void theHighestGoesFirstAndWaitsForTheOthers() {
        StatefulSet set = set(1).build();
        var well = pod(set, 0, "new");
        assertThat(plan(state(set, well, pod(set, 1, "new"), pod(set, 2, "new"))))
                .isEqualTo("Delete web-2");
        assertThat(plan(state(set, in("Pending", well), pod(set, 1, "new")))).isEmpty();
        assertThat(plan(state(set, well, pod(set, 1, "new"), deleting(pod(set, 2, "new")))))
                .isEmpty();
        assertThat(plan(state(set, well, in("Pending", pod(set, 1, "new")), in("Pending", pod(set, 2, "new")))))
                .isEmpty();
        assertThat(plan(state(set, well, in("Pending", pod(set, 1, "new"))))).isEqualTo("Delete web-1");
    }

    @Test
    void anUpdateGoesDownToThePartitionOneByOne() {
        StatefulSet set = set(3).build();
        assertThat(plan(state(set, pod(set, 0, "old"), pod(set, 1, "old"), pod(set, 2, "old"))))
                .isEqualTo("Delete web-2");
        assertThat(plan(state(set, pod(set, 0, "old"), pod(set, 1, "old"), pod(set, 2, "new"))))
                .isEqualTo("Delete web-1");
        StatefulSet canary = set(3).editSpec()
                .editUpdateStrategy()
                .editRollingUpdate()
                .withPartition(2)
                .endRollingUpdate()
                .endUpdateStrategy()
                .endSpec()
                .build();
        assertThat(plan(state(canary, pod(canary, 0, "old"), pod(canary, 1, "old"), pod(canary, 2, "new"))))
                .isEmpty();
        StatefulSet byHand = set(3).editSpec()
                .withNewUpdateStrategy()
                .withType("OnDelete")
                .endUpdateStrategy()
                .endSpec()
                .build();
        assertThat(plan(state(byHand, pod(byHand, 0, "old"), pod(byHand, 1, "old"), pod(byHand, 2, "old"))))
                .isEmpty();
    }

    @Test
    void anUpdateOfSeveralCountsWhatIsUnavailableAnyway() {
        StatefulSetBuilder parallel = new StatefulSetBuilder(parallel(5));
        StatefulSet set = parallel.editSpec()
                .editUpdateStrategy()
                .editRollingUpdate()
                .withMaxUnavailable(new IntOrString("60%"))
                .endRollingUpdate()
                .endUpdateStrategy()
                .endSpec()
                .build();
        assertThat(plan(state(
                        set,
                        pod(set, 0, "old"),
                        pod(set, 1, "old"),
                        in("Running", pod(set, 2, "old")),
                        pod(set, 3, "old"),
                        pod(set, 4, "new"))))
                .isEqualTo("Delete web-3, Delete web-2");
    }

    @Test
    void belowThePartitionPodsAreMadeAsTheyWere() {
        StatefulSet set = set(2).editSpec()
                .editUpdateStrategy()
                .editRollingUpdate()
                .withPartition(1)
                .endRollingUpdate()
                .endUpdateStrategy()
                .endSpec()
                .build();
        assertThat(state(set).slots())
                .extracting(
                        slot -> slot.pod().getSpec().getContainers().getFirst().getImage())
                .containsExactly("old", "new");
    }

    @Test
    void aPodHasNameHostLabelsAndItsClaims() {
        StatefulSet set = SetFixture.withClaims(set(1), "Retain", "Retain").build();
        var pod = state(set).slots().getFirst().pod();
        assertThat(pod.getMetadata().getName()).isEqualTo("web-0");
        assertThat(pod.getMetadata().getLabels())
                .isEqualTo(Map.of(
                        "app", "web",
                        "statefulset.kubernetes.io/pod-name", "web-0",
                        "apps.kubernetes.io/pod-index", "0",
                        "controller-revision-hash", "web-new"));
        assertThat(pod.getSpec().getHostname()).isEqualTo("web-0");
        assertThat(pod.getSpec().getSubdomain()).isEqualTo("svc");
        assertThat(pod.getSpec()
                        .getVolumes()
                        .getFirst()
                        .getPersistentVolumeClaim()
                        .getClaimName())
                .isEqualTo("data-web-0");
    }

    @Test
    void whatIsWrongWithAPodIsRepaired() {
        StatefulSet set = set(1).build();
        var unnamed = new PodBuilder(pod(set, 0, "new"))
                .editMetadata()
                .removeFromLabels("statefulset.kubernetes.io/pod-name")
                .endMetadata()
                .build();
        assertThat(plan(state(set, unnamed))).isEqualTo("Repair web-0");
    }

    @Test
    void aPendingPodGetsClaimsThatAreMissing() {
        StatefulSet set = SetFixture.withClaims(set(1), "Retain", "Retain").build();
        assertThat(plan(state(set, in("Pending", pod(set, 0, "new"))))).isEqualTo("Provide web-0");
    }

    @Test
    void aSetThatIsBeingDeletedDoesNothing() {
        StatefulSet set = set(1).editMetadata()
                .withDeletionTimestamp("2026-01-01T00:00:00Z")
                .endMetadata()
                .build();
        assertThat(plan(state(set))).isEmpty();
    }

    @Test
    void anUpdateIsMarkedAsSuch() {
        StatefulSet set = set(1).build();
        assertThat(StatefulSetPlan.plan(state(set, pod(set, 0, "old"))))
                .containsExactly(List.of(new Action.Delete(pod(set, 0, "old"), true)));
    }
}
