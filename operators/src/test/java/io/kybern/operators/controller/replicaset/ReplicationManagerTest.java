package io.kybern.operators.controller.replicaset;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ReplicationController;
import io.fabric8.kubernetes.api.model.ReplicationControllerBuilder;
import io.fabric8.kubernetes.api.model.ReplicationControllerStatus;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ReplicationManagerTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    @Test
    void aControllerIsWhatAReplicaSetIs() {
        ReplicationController controller = new ReplicationControllerBuilder()
                .withNewMetadata()
                .withName("rc")
                .withGeneration(2L)
                .endMetadata()
                .withNewSpec()
                .withReplicas(3)
                .withMinReadySeconds(5)
                .withSelector(Map.of("a", "b"))
                .withNewTemplate()
                .endTemplate()
                .endSpec()
                .withNewStatus()
                .addNewCondition()
                .withType("ReplicaFailure")
                .withStatus("True")
                .endCondition()
                .endStatus()
                .build();
        var same = ReplicationManager.asReplicaSet(controller);
        assertThat(same.getSpec().getSelector().getMatchLabels()).containsEntry("a", "b");
        assertThat(ReplicaSetPlan.plan(same, List.of(), List.of(), NOW)).isEqualTo(new ReplicaSetPlan.Action.Create(3));
        ReplicationControllerStatus status =
                ReplicationManager.status(ReplicaSetPlan.status(same, List.of(), 0, Optional.empty(), NOW));
        assertThat(status.getObservedGeneration()).isEqualTo(2);
        assertThat(status.getReplicas()).isZero();
        assertThat(status.getConditions()).isEmpty();
    }
}
