package io.kybern.apiserver.registry.core;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.registry.goform.InternalForm;
import io.kybern.apiserver.registry.goform.UnifiedDiff;
import io.kybern.apiserver.registry.podspec.AffinityValidation;
import io.kybern.crd.field.FieldError;
import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.field.FieldPath;
import io.kybern.crd.name.Names;
import io.kybern.crd.resource.FieldRules;
import io.kybern.crd.resource.Trees;
import io.kybern.crd.value.Quantity;
import java.nio.file.Path;
import java.util.List;

/** {@code spec} of a PersistentVolume. */
public final class VolumeSpecValidation {
    private static final FieldPath SPEC = FieldPath.of("spec");
    private static final String RECLAIM_POLICY = "persistentVolumeReclaimPolicy";
    private static final String NOT_INLINE = "may not be specified in the context of inline volumes";

    private VolumeSpecValidation() {}

    static void validate(ObjectNode volume, FieldErrors errors) {
        JsonNode spec = volume.path("spec");
        AccessModes.validate(spec, "", SPEC, errors);
        capacity(spec.path("capacity"), errors);
        if (!Trees.text(spec, RECLAIM_POLICY).isEmpty()) {
            List<String> policies = List.of("Delete", "Recycle", "Retain");
            FieldRules.supported(SPEC.child(RECLAIM_POLICY), spec.path(RECLAIM_POLICY), policies, errors);
        }
        JsonNode affinity = spec.path("nodeAffinity");
        FieldPath required = SPEC.child("nodeAffinity").child("required");
        if (affinity.path("required").isObject()) {
            AffinityValidation.nodeSelector(affinity.path("required"), required, errors);
        } else if (affinity.isObject()) {
            errors.required(required, "must specify required node constraints");
        }
        sources(spec, Trees.text(volume, "metadata", "name"), SPEC, errors);
        String storageClass = Trees.text(spec, "storageClassName");
        if (!storageClass.isEmpty()) {
            errors.invalidEach(SPEC.child("storageClassName"), storageClass, Names.dnsSubdomain(storageClass));
        }
        FieldRules.supported(SPEC.child("volumeMode"), spec.path("volumeMode"), List.of("Block", "Filesystem"), errors);
        attributesClass(spec, errors);
    }

    /** The spec of a volume that has no object of its own, inside a VolumeAttachment. */
    public static void inline(JsonNode spec, FieldPath path, FieldErrors errors) {
        for (String field : List.of("claimRef", "capacity")) {
            if (!spec.path(field).isMissingNode()) {
                errors.forbidden(path.child(field), NOT_INLINE);
            }
        }
        if (!spec.has("csi")) {
            errors.required(path.child("csi"), "has to be specified in the context of inline volumes");
        }
        AccessModes.validate(spec, "", path, errors);
        String policy = Trees.text(spec, RECLAIM_POLICY);
        if (!policy.isEmpty() && !policy.equals("Retain")) {
            errors.forbidden(path.child(RECLAIM_POLICY), "may only be Retain in the context of inline volumes");
        }
        if (spec.has("nodeAffinity")) {
            errors.forbidden(path.child("nodeAffinity"), NOT_INLINE);
        }
        sources(spec, "", path, errors);
        if (!Trees.text(spec, "storageClassName").isEmpty()) {
            errors.forbidden(path.child("storageClassName"), NOT_INLINE);
        }
        if (spec.has("volumeMode") && !Trees.text(spec, "volumeMode").equals("Filesystem")) {
            errors.forbidden(
                    path.child("volumeMode"),
                    "may not specify volumeMode other than Filesystem in the context of inline volumes");
        }
    }

    private static void sources(JsonNode spec, String volume, FieldPath path, FieldErrors errors) {
        VolumeSources.validate(spec, volume, path, errors);
        String host = Trees.text(spec, "hostPath", "path");
        boolean root = !host.isEmpty() && Path.of(host).normalize().equals(Path.of("/"));
        if (root && Trees.text(spec, RECLAIM_POLICY).equals("Recycle")) {
            errors.forbidden(path.child(RECLAIM_POLICY), "may not be 'recycle' for a hostPath mount of '/'");
        }
    }

    private static void capacity(JsonNode capacity, FieldErrors errors) {
        FieldPath path = SPEC.child("capacity");
        if (capacity.isEmpty()) {
            errors.required(path, "");
        }
        if (!capacity.has("storage") || capacity.size() > 1) {
            errors.notSupported(path, capacity.isObject() ? capacity : null, List.of("storage"));
        }
        for (var entry : capacity.properties()) {
            FieldPath item = path.key(entry.getKey());
            String text = entry.getValue().asText();
            int sign = Quantity.parse(text).compareTo(Quantity.ZERO);
            if (sign < 0) {
                errors.add(
                        FieldError.Type.INVALID,
                        item,
                        "Invalid value: " + text + ": must be a valid resource quantity");
            }
            if (sign <= 0) {
                errors.invalid(item, text, "must be greater than zero");
            }
        }
    }

    private static void attributesClass(JsonNode spec, FieldErrors errors) {
        JsonNode name = spec.path("volumeAttributesClassName");
        if (!name.isTextual()) {
            return;
        }
        FieldPath path = SPEC.child("volumeAttributesClassName");
        if (name.asText().isEmpty()) {
            errors.required(path, "an empty string is disallowed");
        } else {
            errors.invalidEach(path, name, Names.dnsSubdomain(name.asText()));
        }
        if (!spec.path("csi").isObject()) {
            errors.required(SPEC.child("csi"), "has to be specified when using volumeAttributesClassName");
        }
    }

    static void change(JsonNode updated, JsonNode existing, FieldErrors errors) {
        ObjectNode now = sources(updated);
        ObjectNode before = sources(existing);
        if (!before.path("csi").has("controllerExpandSecretRef") && now.path("csi") instanceof ObjectNode csi) {
            csi.remove("controllerExpandSecretRef");
        }
        if (!Trees.same(now, before)) {
            String type = "core.PersistentVolumeSource";
            errors.forbidden(
                    SPEC.child("persistentvolumesource"),
                    "spec.persistentvolumesource is immutable after creation\n"
                            + UnifiedDiff.of(InternalForm.of(type, before), InternalForm.of(type, now)));
        }
        FieldRules.immutable(
                FieldPath.of("volumeMode"), updated.path("volumeMode"), existing.path("volumeMode"), errors);
        if (existing.path("nodeAffinity").isObject()) {
            FieldRules.immutable(
                    FieldPath.of("nodeAffinity"), updated.path("nodeAffinity"), existing.path("nodeAffinity"), errors);
        }
        if (existing.has("volumeAttributesClassName") && !updated.has("volumeAttributesClassName")) {
            errors.forbidden(SPEC.child("volumeAttributesClassName"), "update from non-nil value to nil is forbidden");
        }
    }

    private static ObjectNode sources(JsonNode spec) {
        ObjectNode out = JsonNodeFactory.instance.objectNode();
        VolumeSources.ALL.stream()
                .filter(spec::has)
                .forEach(s -> out.set(s, spec.path(s).deepCopy()));
        return out;
    }
}
