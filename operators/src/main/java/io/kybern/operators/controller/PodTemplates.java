package io.kybern.operators.controller;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import java.util.Optional;

/** Pods from templates. */
public final class PodTemplates {
    private static final int MAX_GENERATE_NAME = 247;

    private PodTemplates() {}

    /** A pod of {@code owner}, with a name that the server generates. */
    public static Pod pod(HasMetadata owner, PodTemplateSpec template) {
        ObjectMeta metadata = Optional.ofNullable(template.getMetadata()).orElseGet(ObjectMeta::new);
        String prefix = owner.getMetadata().getName() + "-";
        return new PodBuilder()
                .withNewMetadata()
                .withGenerateName(
                        prefix.length() > MAX_GENERATE_NAME
                                ? owner.getMetadata().getName()
                                : prefix)
                .withNamespace(owner.getMetadata().getNamespace())
                .withLabels(metadata.getLabels())
                .withAnnotations(metadata.getAnnotations())
                .withFinalizers(metadata.getFinalizers())
                .withOwnerReferences(Owners.controllerReference(owner))
                .endMetadata()
                .withSpec(template.getSpec())
                .build();
    }
}
