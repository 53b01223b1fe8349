package io.kybern.apiserver.registry.core;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.registry.goform.InternalForm;
import io.kybern.apiserver.registry.goform.UnifiedDiff;
import io.kybern.apiserver.registry.podspec.ResourceLists;
import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.field.FieldPath;
import io.kybern.crd.label.LabelSelectors;
import io.kybern.crd.name.Names;
import io.kybern.crd.resource.Columns;
import io.kybern.crd.resource.FieldRules;
import io.kybern.crd.resource.RequestContext;
import io.kybern.crd.resource.Strategy;
import io.kybern.crd.resource.TableColumn;
import io.kybern.crd.resource.Trees;
import io.kybern.crd.value.Quantity;
import java.util.List;

/** PersistentVolumeClaims. */
public final class PersistentVolumeClaimStrategy implements Strategy {
    private static final FieldPath SPEC = FieldPath.of("spec");
    private static final String OLD_CLASS_ANNOTATION = "volume.beta.kubernetes.io/storage-class";

    @Override
    public boolean hasStatus() {
        return true;
    }

    @Override
    public void applyDefaults(ObjectNode object) {
        Trees.defaultText(Trees.object(object, "status"), "phase", "Pending");
        ObjectNode spec = Trees.object(object, "spec");
        Trees.defaultPointer(spec, "volumeMode", "Filesystem");
        ResourceLists.roundUp(spec.path("resources").path("limits"));
        ResourceLists.roundUp(spec.path("resources").path("requests"));
    }

    /** Both forms of a data source say the same. */
    @Override
    public void prepareForCreate(ObjectNode object, RequestContext context) {
        object.putObject("status").put("phase", "Pending");
        normalizeSources(Trees.object(object, "spec"));
    }

    @Override
    public void prepareForUpdate(ObjectNode updated, ObjectNode existing, RequestContext context) {
        Strategy.super.prepareForUpdate(updated, existing, context);
        normalizeSources(Trees.object(updated, "spec"));
    }

    private static void normalizeSources(ObjectNode spec) {
        JsonNode old = spec.path("dataSource");
        JsonNode reference = spec.path("dataSourceRef");
        if (old.isObject() && !reference.isObject()) {
            spec.set("dataSourceRef", old.deepCopy());
        } else if (!old.isObject() && reference.isObject() && !reference.has("namespace")) {
            spec.set("dataSource", reference.deepCopy());
        }
    }

    @Override
    public void validate(ObjectNode object, FieldErrors errors) {
        JsonNode spec = object.path("spec");
        if (spec.path("accessModes").isEmpty()) {
            errors.required(SPEC.child("accessModes"), "at least 1 access mode is required");
        }
        LabelSelectors.validate(spec.path("selector"), SPEC.child("selector"), errors);
        if (!spec.path("accessModes").isEmpty()) {
            AccessModes.validate(spec, "", FieldPath.of("spec"), errors);
        }
        String size = Trees.text(spec.path("resources").path("requests"), "storage");
        FieldPath sizePath = SPEC.child("resources").key("storage");
        if (size.isEmpty()) {
            errors.required(sizePath, "");
        } else if (Quantity.parse(size).compareTo(Quantity.ZERO) <= 0) {
            errors.invalid(sizePath, size, "must be greater than zero");
        }
        for (String field : List.of("storageClassName", "volumeAttributesClassName")) {
            String name = Trees.text(spec, field);
            if (!name.isEmpty()) {
                errors.invalidEach(SPEC.child(field), name, Names.dnsSubdomain(name));
            }
        }
        FieldRules.supported(SPEC.child("volumeMode"), spec.path("volumeMode"), List.of("Block", "Filesystem"), errors);
    }

    @Override
    public void validateUpdate(ObjectNode updated, ObjectNode existing, FieldErrors errors) {
        validate(updated, errors);
        ObjectNode now = Trees.object(updated, "spec").deepCopy();
        ObjectNode before = Trees.object(existing, "spec").deepCopy();
        if (Trees.text(before, "volumeName").isEmpty()) {
            Trees.keep(before, now, "volumeName");
        }
        boolean annotated = existing.path("metadata").path("annotations").has(OLD_CLASS_ANNOTATION);
        if (annotated || !before.has("storageClassName")) {
            Trees.keep(now, before, "storageClassName");
        }
        if (Trees.text(updated.path("status"), "phase").equals("Bound")) {
            Trees.keep(now, before, "volumeAttributesClassName");
            if (now.path("resources").path("requests") instanceof ObjectNode requests) {
                Trees.keep(requests, Trees.object(Trees.object(before, "resources"), "requests"), "storage");
            }
        }
        if (!Trees.same(now, before)) {
            String type = "core.PersistentVolumeClaimSpec";
            errors.forbidden(
                    SPEC,
                    "spec is immutable after creation except resources.requests and volumeAttributesClassName for bound"
                            + " claims\n"
                            + UnifiedDiff.of(InternalForm.of(type, before), InternalForm.of(type, now)));
        }
        shrinking(updated, existing, errors);
        FieldRules.immutable(
                FieldPath.of("volumeMode"),
                updated.path("spec").path("volumeMode"),
                existing.path("spec").path("volumeMode"),
                errors);
    }

    /** A failed expansion may be undone down to what the volume has. */
    private static void shrinking(ObjectNode updated, ObjectNode existing, FieldErrors errors) {
        Quantity now = storage(updated.path("spec").path("resources").path("requests"));
        Quantity before = storage(existing.path("spec").path("resources").path("requests"));
        Quantity actual = storage(existing.path("status").path("capacity"));
        if (now.compareTo(before) < 0 && now.compareTo(actual) <= 0) {
            errors.forbidden(
                    SPEC.child("resources").child("requests").child("storage"),
                    "field can not be less than status.capacity");
        }
    }

    private static Quantity storage(JsonNode list) {
        String text = Trees.text(list, "storage");
        return text.isEmpty() ? Quantity.ZERO : Quantity.parse(text);
    }

    @Override
    public void validateStatusUpdate(ObjectNode updated, ObjectNode existing, FieldErrors errors) {}

    @Override
    public boolean returnsDeletedObject() {
        return true;
    }

    @Override
    public List<TableColumn> tableColumns() {
        return List.of(
                Columns.NAME,
                Columns.string("Status", 0, AccessModes::phase),
                Columns.string("Volume", 0, o -> Trees.text(o.path("spec"), "volumeName")),
                Columns.string("Capacity", 0, o -> {
                    String capacity =
                            o.path("status").path("capacity").path("storage").asText("0");
                    return Trees.text(o.path("spec"), "volumeName").isEmpty() ? "" : capacity;
                }),
                Columns.string("Access Modes", 0, o -> {
                    String modes = AccessModes.format(o.path("status").path("accessModes"));
                    return Trees.text(o.path("spec"), "volumeName").isEmpty() ? "" : modes;
                }),
                Columns.string(
                        "StorageClass",
                        0,
                        o -> o.path("metadata")
                                .path("annotations")
                                .path(OLD_CLASS_ANNOTATION)
                                .asText(Trees.text(o.path("spec"), "storageClassName"))),
                Columns.string(
                        "VolumeAttributesClass",
                        0,
                        o -> o.path("spec").path("volumeAttributesClassName").asText("<unset>")),
                Columns.AGE,
                Columns.string(
                        "VolumeMode", 1, o -> o.path("spec").path("volumeMode").asText("<unset>")));
    }
}
