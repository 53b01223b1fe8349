package io.kybern.operators.controller.volumeprotection;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.util.List;
import org.junit.jupiter.api.Test;

class ClaimProtectionControllerTest {
    private static final PersistentVolumeClaim CLAIM = new PersistentVolumeClaimBuilder()
            .withNewMetadata()
            .withName("data")
            .withNamespace("a")
            .endMetadata()
            .build();

    private static Pod pod(String namespace, String claim, String phase) {
        return new PodBuilder()
                .withNewMetadata()
                .withName("p")
                .withNamespace(namespace)
                .endMetadata()
                .withNewSpec()
                .addNewVolume()
                .withName("v")
                .withNewPersistentVolumeClaim()
                .withClaimName(claim)
                .endPersistentVolumeClaim()
                .endVolume()
                .endSpec()
                .withNewStatus()
                .withPhase(phase)
                .endStatus()
                .build();
    }

    @Test
    void isUsedByPodsOfItsNamespaceThatAreNotOver() {
        assertThat(ClaimProtectionController.isUsed(CLAIM, List.of(pod("a", "data", "Pending"))))
                .isTrue();
        assertThat(ClaimProtectionController.isUsed(
                        CLAIM,
                        List.of(
                                pod("b", "data", "Running"),
                                pod("a", "other", "Running"),
                                pod("a", "data", "Succeeded"))))
                .isFalse();
    }
}
