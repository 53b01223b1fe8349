package io.kybern.operators.controller.statefulset;

import static io.kybern.operators.controller.PodFixture.deleting;
import static io.kybern.operators.controller.PodFixture.in;
import static io.kybern.operators.controller.statefulset.SetFixture.pod;
import static io.kybern.operators.controller.statefulset.SetFixture.set;
import static io.kybern.operators.controller.statefulset.SetFixture.state;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSetStatusBuilder;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class StatefulSetStatusesTest {
    @Test
    void countsWhatThereIs() {
        StatefulSet set = set(4).build();
        var status = StatefulSetStatuses.of(
                state(
                        set,
                        pod(set, 0, "old"),
                        pod(set, 1, "old"),
                        deleting(pod(set, 2, "old")),
                        in("Pending", pod(set, 3, "new"))),
                0,
                1);
        assertThat(status)
                .isEqualTo(new StatefulSetStatusBuilder()
                        .withObservedGeneration(7L)
                        .withReplicas(4)
                        .withReadyReplicas(3)
                        .withAvailableReplicas(3)
                        .withCurrentReplicas(1)
                        .withUpdatedReplicas(1)
                        .withCurrentRevision("web-old")
                        .withUpdateRevision("web-new")
                        .withCollisionCount(0)
                        .build());
    }

    @Test
    void anUpdateIsDoneWhenAllAreReady() {
        StatefulSet set = set(2).build();
        var status = StatefulSetStatuses.of(state(set, pod(set, 0, "new"), pod(set, 1, "new")), 0, 0);
        assertThat(status.getCurrentRevision()).isEqualTo("web-new");
        assertThat(status.getCurrentReplicas()).isEqualTo(2);
        StatefulSet byHand = set(2).editSpec()
                .editUpdateStrategy()
                .withType("OnDelete")
                .endUpdateStrategy()
                .endSpec()
                .build();
        assertThat(StatefulSetStatuses.of(state(byHand, pod(set, 0, "new"), pod(set, 1, "new")), 0, 0)
                        .getCurrentRevision())
                .isEqualTo("web-old");
    }

    @Test
    void isWrittenWhenACountChanges() {
        StatefulSet set = set(1).build();
        var status = StatefulSetStatuses.of(state(set, pod(set, 0, "new")), 0, 0);
        assertThat(StatefulSetStatuses.differ(null, status)).isTrue();
        assertThat(StatefulSetStatuses.differ(status, new StatefulSetStatusBuilder(status).build()))
                .isFalse();
        assertThat(StatefulSetStatuses.differ(
                        status,
                        new StatefulSetStatusBuilder(status)
                                .withUpdatedReplicas(null)
                                .build()))
                .isTrue();
        assertThat(StatefulSetStatuses.differ(
                        status,
                        new StatefulSetStatusBuilder(status)
                                .withObservedGeneration(8L)
                                .build()))
                .isTrue();
    }

    @Test
    void looksAgainWhenAPodBecomesAvailable() {
        StatefulSet set = set(1).editSpec().withMinReadySeconds(3610).endSpec().build();
        var state = state(set, pod(set, 0, "new"));
        assertThat(StatefulSetStatuses.nextLook(state, StatefulSetStatuses.of(state, 0, 0))
                        .after())
                .contains(Duration.ofSeconds(10));
    }
}
