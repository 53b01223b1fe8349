package io.kybern.apiserver.registry.podspec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.field.FieldPath;
import io.kybern.crd.label.LabelSelectors;

/** A {@code PodTemplateSpec}. Source: {@code ValidatePodTemplateSpec}. */
public final class PodTemplateValidation {
    private PodTemplateValidation() {}

    public static void validate(JsonNode template, FieldPath path, FieldErrors errors) {
        JsonNode metadata = template.path("metadata");
        JsonNode spec = template.path("spec");
        FieldPath specPath = path.child("spec");
        LabelSelectors.validateLabels(metadata.path("labels"), path.child("labels"), errors);
        PodAnnotations.keys(metadata.path("annotations"), path.child("annotations"), errors);
        PodAnnotations.validate(metadata.path("annotations"), spec, path.child("annotations"), errors);
        new PodSpecValidation(spec, MissingNode.getInstance(), errors).validate(specPath);
        AppArmor.match(metadata.path("annotations"), spec, specPath, errors);
        if (!spec.path("ephemeralContainers").isEmpty()) {
            errors.forbidden(specPath.child("ephemeralContainers"), "ephemeral containers not allowed in pod template");
        }
    }
}
