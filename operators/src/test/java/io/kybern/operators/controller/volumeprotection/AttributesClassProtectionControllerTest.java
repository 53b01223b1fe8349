package io.kybern.operators.controller.volumeprotection;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.PersistentVolumeBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import org.junit.jupiter.api.Test;

class AttributesClassProtectionControllerTest {
    @Test
    void aClaimUsesWhatItHasWantsAndIsAboutToGet() {
        var claim = new PersistentVolumeClaimBuilder()
                .withNewSpec()
                .withVolumeAttributesClassName("wanted")
                .endSpec()
                .withNewStatus()
                .withCurrentVolumeAttributesClassName("current")
                .withNewModifyVolumeStatus("Pending", "target")
                .endStatus()
                .build();
        assertThat(AttributesClassProtectionController.used(claim)).containsExactly("current", "target", "wanted");
    }

    @Test
    void aVolumeUsesItsOwn() {
        var volume = new PersistentVolumeBuilder()
                .withNewSpec()
                .withVolumeAttributesClassName("own")
                .endSpec()
                .build();
        assertThat(AttributesClassProtectionController.used(volume)).containsExactly("own");
        assertThat(AttributesClassProtectionController.used(
                        new PersistentVolumeBuilder().withNewSpec().endSpec().build()))
                .isEmpty();
    }
}
