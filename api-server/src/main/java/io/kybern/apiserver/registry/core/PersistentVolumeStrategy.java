package io.kybern.apiserver.registry.core;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.registry.podspec.ResourceLists;
import io.kybern.apiserver.registry.podspec.VolumeSourceDefaults;
import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.resource.Columns;
import io.kybern.crd.resource.MetadataRules;
import io.kybern.crd.resource.RequestContext;
import io.kybern.crd.resource.Strategy;
import io.kybern.crd.resource.TableColumn;
import io.kybern.crd.resource.Trees;
import java.time.temporal.ChronoUnit;
import java.util.List;

/** PersistentVolumes. */
public final class PersistentVolumeStrategy implements Strategy {
    private static final String OLD_CLASS_ANNOTATION = "volume.beta.kubernetes.io/storage-class";

    @Override
    public MetadataRules metadataRules(String subresource) {
        return subresource.isEmpty() ? MetadataRules.WHOLE_AND_CHANGE : MetadataRules.CHANGE;
    }

    @Override
    public boolean hasStatus() {
        return true;
    }

    @Override
    public void applyDefaults(ObjectNode object) {
        Trees.defaultText(Trees.object(object, "status"), "phase", "Pending");
        ObjectNode spec = Trees.object(object, "spec");
        Trees.defaultText(spec, "persistentVolumeReclaimPolicy", "Retain");
        Trees.defaultPointer(spec, "volumeMode", "Filesystem");
        ResourceLists.roundUp(spec.path("capacity"));
        VolumeSourceDefaults.apply(spec);
    }

    @Override
    public void prepareForCreate(ObjectNode object, RequestContext context) {
        object.putObject("status").put("phase", "Pending").put("lastPhaseTransitionTime", time(context));
    }

    private static String time(RequestContext context) {
        return context.now().truncatedTo(ChronoUnit.SECONDS).toString();
    }

    /** The server notes when the phase changed, unless the client did. */
    @Override
    public void prepareForUpdate(ObjectNode updated, ObjectNode existing, RequestContext context) {
        Strategy.super.prepareForUpdate(updated, existing, context);
        if (!context.subresource().equals("status")) {
            return;
        }
        ObjectNode status = Trees.object(updated, "status");
        JsonNode before = existing.path("status");
        String field = "lastPhaseTransitionTime";
        boolean same = status.path("phase").equals(before.path("phase"));
        if (same && !status.has(field) && before.has(field)) {
            status.set(field, before.path(field));
        } else if (!same && (!status.has(field) || status.path(field).equals(before.path(field)))) {
            status.put(field, time(context));
        }
    }

    @Override
    public void validate(ObjectNode object, FieldErrors errors) {
        VolumeSpecValidation.validate(object, errors);
    }

    @Override
    public void validateUpdate(ObjectNode updated, ObjectNode existing, FieldErrors errors) {
        validate(updated, errors);
        VolumeSpecValidation.change(updated.path("spec"), existing.path("spec"), errors);
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
                Columns.string(
                        "Capacity",
                        0,
                        o -> o.path("spec").path("capacity").path("storage").asText("0")),
                Columns.string(
                        "Access Modes",
                        0,
                        o -> AccessModes.format(o.path("spec").path("accessModes"))),
                Columns.string("Reclaim Policy", 0, o -> Trees.text(o.path("spec"), "persistentVolumeReclaimPolicy")),
                Columns.string("Status", 0, AccessModes::phase),
                Columns.string("Claim", 0, o -> {
                    JsonNode claim = o.path("spec").path("claimRef");
                    return claim.isObject() ? Trees.text(claim, "namespace") + "/" + Trees.text(claim, "name") : "";
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
                Columns.string("Reason", 0, o -> Trees.text(o.path("status"), "reason")),
                Columns.AGE,
                Columns.string(
                        "VolumeMode", 1, o -> o.path("spec").path("volumeMode").asText("<unset>")));
    }
}
