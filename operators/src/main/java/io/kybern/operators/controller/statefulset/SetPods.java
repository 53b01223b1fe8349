package io.kybern.operators.controller.statefulset;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.kybern.operators.controller.PodTemplates;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Pods of StatefulSets, each with an identity that stays. Pure. */
final class SetPods {
    static final String REVISION = "controller-revision-hash";
    private static final String POD_NAME = "statefulset.kubernetes.io/pod-name";
    private static final String POD_INDEX = "apps.kubernetes.io/pod-index";

    private SetPods() {}

    /** @param revision the name of the one that {@code template} is from */
    static Pod pod(StatefulSet set, PodTemplateSpec template, String revision, int ordinal) {
        String name = Ordinals.podName(set, ordinal);
        Pod pod = new PodBuilder(PodTemplates.pod(set, template))
                .editMetadata()
                .withName(name)
                .addToLabels(REVISION, revision)
                .endMetadata()
                .editSpec()
                .withHostname(name)
                .withSubdomain(set.getSpec().getServiceName())
                .endSpec()
                .build();
        return withStorage(set, withIdentity(pod, ordinal));
    }

    /** Empty: the pod says none. */
    static String revision(Pod pod) {
        var labels = pod.getMetadata().getLabels();
        return labels == null ? "" : labels.getOrDefault(REVISION, "");
    }

    static boolean hasIdentity(StatefulSet set, Pod pod) {
        var labels = pod.getMetadata().getLabels();
        String name = pod.getMetadata().getName();
        return name.equals(Ordinals.podName(set, Ordinals.of(pod)))
                && labels != null
                && name.equals(labels.get(POD_NAME));
    }

    static Pod withIdentity(Pod pod, int ordinal) {
        return new PodBuilder(pod)
                .editMetadata()
                .addToLabels(POD_NAME, pod.getMetadata().getName())
                .addToLabels(POD_INDEX, Integer.toString(ordinal))
                .endMetadata()
                .build();
    }

    /** The claims of the set come first and take the place of volumes of their names. */
    static Pod withStorage(StatefulSet set, Pod pod) {
        int ordinal = Ordinals.of(pod);
        List<Volume> volumes = new ArrayList<>();
        for (var template : SetClaims.templates(set)) {
            volumes.add(new VolumeBuilder()
                    .withName(template.getMetadata().getName())
                    .withNewPersistentVolumeClaim()
                    .withClaimName(SetClaims.name(set, template, ordinal))
                    .endPersistentVolumeClaim()
                    .build());
        }
        Set<String> claimed = volumes.stream().map(Volume::getName).collect(Collectors.toSet());
        pod.getSpec().getVolumes().stream()
                .filter(volume -> !claimed.contains(volume.getName()))
                .forEach(volumes::add);
        return new PodBuilder(pod).editSpec().withVolumes(volumes).endSpec().build();
    }
}
