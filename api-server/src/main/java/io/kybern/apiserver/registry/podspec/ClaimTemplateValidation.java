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
final class ClaimTemplateValidation {
    private static final List<String> ACCESS_MODES =
            List.of("ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod");
    private static final Set<String> METADATA = Set.of("annotations", "labels", "creationTimestamp");

    private ClaimTemplateValidation() {}

    static void validate(JsonNode template, FieldPath path, FieldErrors errors) {
        JsonNode metadata = template.path("metadata");
        PodAnnotations.keys(metadata.path("annotations"), path.child("metadata").child("annotations"), errors);
        LabelSelectors.validateLabels(
                metadata.path("labels"), path.child("metadata").child("labels"), errors);
        metadata.propertyStream()
                .filter(e -> !METADATA.contains(e.getKey()))
                .forEach(e -> errors.forbidden(path.child("metadata").child(e.getKey()), "cannot be set"));
        spec(template.path("spec"), path.child("spec"), errors);
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
