package io.kybern.apiserver.registry.podspec;

import static io.kybern.crd.resource.Trees.text;
import static io.kybern.crd.resource.Trees.texts;

import com.fasterxml.jackson.databind.JsonNode;
import io.kybern.crd.field.FieldChecks;
import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.field.FieldPath;
import io.kybern.crd.label.LabelSelectors;
import io.kybern.crd.value.Quantity;
import java.util.List;
import java.util.Set;

/** Templates of PersistentVolumeClaims inside pods. */
public final class ClaimTemplateValidation {
    private static final List<String> ACCESS_MODES =
            List.of("ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod");
    private static final Set<String> METADATA = Set.of("annotations", "labels", "creationTimestamp");

    private ClaimTemplateValidation() {}

    static void validate(JsonNode template, FieldPath path, FieldErrors errors) {
        metadata(template.path("metadata"), path.child("metadata"), errors);
        spec(template.path("spec"), path.child("spec"), errors);
    }

    /** The metadata of anything that a controller makes from a template: labels and annotations alone. */
    public static void metadata(JsonNode metadata, FieldPath path, FieldErrors errors) {
        PodAnnotations.keys(metadata.path("annotations"), path.child("annotations"), errors);
        LabelSelectors.validateLabels(metadata.path("labels"), path.child("labels"), errors);
        metadata.propertyStream()
                .filter(e -> !METADATA.contains(e.getKey()))
                .forEach(e -> errors.forbidden(path.child(e.getKey()), "cannot be set"));
    }

    private static void spec(JsonNode spec, FieldPath path, FieldErrors errors) {
        List<String> modes = texts(spec.path("accessModes"));
        FieldPath modesPath = path.child("accessModes");
        if (modes.isEmpty()) {
            errors.required(modesPath, "at least 1 access mode is required");
        }
        LabelSelectors.validate(spec.path("selector"), path.child("selector"), errors);
        modes.forEach(mode -> FieldChecks.oneOf(mode, ACCESS_MODES, modesPath, errors));
        if (modes.contains("ReadWriteOncePod")
                && modes.stream().anyMatch(m -> ACCESS_MODES.contains(m) && !m.equals("ReadWriteOncePod"))) {
            errors.forbidden(modesPath, "may not use ReadWriteOncePod with other access modes");
        }
        FieldPath storage = path.child("resources").key("storage");
        String size = text(spec, "resources", "requests", "storage");
        if (size.isEmpty()) {
            errors.required(storage, "");
        } else if (Quantity.parse(size).compareTo(Quantity.ZERO) <= 0) {
            errors.invalid(storage, size, "must be greater than 0");
        }
        String storageClass = text(spec, "storageClassName");
        if (!storageClass.isEmpty()) {
            FieldChecks.dnsSubdomain(storageClass, path.child("storageClassName"), errors);
        }
        if (spec.has("volumeMode")) {
            FieldChecks.oneOf(
                    text(spec, "volumeMode"), List.of("Block", "Filesystem"), path.child("volumeMode"), errors);
        }
    }
}
