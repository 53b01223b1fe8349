package io.kybern.operators.controller.statefulset;

import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The volume claims that a StatefulSet makes for its pods. Pure. */
final class SetClaims {
    private SetClaims() {}

    static List<PersistentVolumeClaim> templates(StatefulSet set) {
        return set.getSpec().getVolumeClaimTemplates();
    }

    static String name(StatefulSet set, PersistentVolumeClaim template, int ordinal) {
        return template.getMetadata().getName() + "-" + Ordinals.podName(set, ordinal);
    }

    /** The claims of the pod of this number; they have the set's labels, too. */
    static List<PersistentVolumeClaim> of(StatefulSet set, int ordinal) {
        Map<String, String> labels = Optional.ofNullable(
                        set.getSpec().getSelector().getMatchLabels())
                .orElseGet(Map::of);
        return templates(set).stream()
                .map(template -> new PersistentVolumeClaimBuilder(template)
                        .editMetadata()
                        .withName(name(set, template, ordinal))
                        .withNamespace(set.getMetadata().getNamespace())
                        .addToLabels(labels)
                        .endMetadata()
                        .build())
                .toList();
    }

    /** Whether the pod's volumes are the claims that it should have. */
    static boolean areMounted(StatefulSet set, Pod pod) {
        int ordinal = Ordinals.of(pod);
        return templates(set).stream()
                .allMatch(template -> pod.getSpec().getVolumes().stream()
                        .anyMatch(volume ->
                                volume.getName().equals(template.getMetadata().getName())
                                        && volume.getPersistentVolumeClaim() != null
                                        && name(set, template, ordinal)
                                                .equals(volume.getPersistentVolumeClaim()
                                                        .getClaimName())));
    }
}
