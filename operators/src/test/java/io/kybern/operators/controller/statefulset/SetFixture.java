package io.kybern.operators.controller.statefulset;

import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodTemplateSpecBuilder;
import io.fabric8.kubernetes.api.model.apps.ControllerRevision;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSetBuilder;
import io.kybern.operators.controller.PodFixture;
import io.kybern.operators.controller.history.Revisions;
import io.kybern.operators.controller.history.TemplatePatch;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A StatefulSet {@code web} whose template changed from image {@code old} to {@code new}, and pods of it. */
final class SetFixture {
    static final Instant NOW = Instant.parse("2026-01-01T01:00:00Z");

    private SetFixture() {}

    static StatefulSetBuilder set(int replicas) {
        return new StatefulSetBuilder()
                .withNewMetadata()
                .withName("web")
                .withNamespace("default")
                .withUid("set")
                .withGeneration(7L)
                .endMetadata()
                .withNewSpec()
                .withReplicas(replicas)
                .withServiceName("svc")
                .withNewSelector()
                .addToMatchLabels("app", "web")
                .endSelector()
                .withNewUpdateStrategy()
                .withType("RollingUpdate")
                .withNewRollingUpdate()
                .withPartition(0)
                .endRollingUpdate()
                .endUpdateStrategy()
                .withTemplate(template("new").build())
                .endSpec();
    }

    static StatefulSetBuilder withClaims(StatefulSetBuilder set, String whenScaled, String whenDeleted) {
        return set.editSpec()
                .withNewPersistentVolumeClaimRetentionPolicy(whenDeleted, whenScaled)
                .addNewVolumeClaimTemplate()
                .withNewMetadata()
                .withName("data")
                .endMetadata()
                .endVolumeClaimTemplate()
                .endSpec();
    }

    private static PodTemplateSpecBuilder template(String image) {
        return new PodTemplateSpecBuilder()
                .withNewMetadata()
                .addToLabels("app", "web")
                .endMetadata()
                .withNewSpec()
                .addNewContainer()
                .withName("c")
                .withImage(image)
                .endContainer()
                .endSpec();
    }

    static ControllerRevision revision(StatefulSet set, String image) {
        var template = template(image).build();
        return Revisions.fresh(set, Map.of(), TemplatePatch.of(template), "h", image, 1);
    }

    /** A pod that is running and ready. */
    static Pod pod(StatefulSet set, int ordinal, String image) {
        Pod made = SetPods.pod(
                set, template(image).build(), revision(set, image).getMetadata().getName(), ordinal);
        return PodFixture.ready(new PodBuilder(made)
                .editMetadata()
                .withUid("pod-" + ordinal)
                .endMetadata()
                .build());
    }

    static SetState state(StatefulSet set, List<Pod> pods, Map<String, PersistentVolumeClaim> claims) {
        return SetState.of(
                set,
                revision(set, "old"),
                revision(set, "new"),
                pods,
                name -> Optional.ofNullable(claims.get(name)),
                NOW);
    }

    static SetState state(StatefulSet set, Pod... pods) {
        return state(set, List.of(pods), Map.of());
    }
}
