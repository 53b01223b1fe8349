package io.kybern.apiserver.registry.storage;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.kybern.apiserver.registry.core.VolumeSpecValidation;
import io.kybern.apiserver.registry.goform.InternalForm;
import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.field.FieldPath;
import io.kybern.crd.name.Names;
import io.kybern.crd.resource.Columns;
import io.kybern.crd.resource.MetadataRules;
import io.kybern.crd.resource.RequestContext;
import io.kybern.crd.resource.Strategy;
import io.kybern.crd.resource.TableColumn;
import io.kybern.crd.resource.Trees;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** VolumeAttachments. */
public final class VolumeAttachmentStrategy implements Strategy {
    private static final FieldPath SPEC = FieldPath.of("spec");
    private static final FieldPath STATUS = FieldPath.of("status");
    private static final int MAX_METADATA = 256 * 1024;
    private static final int MAX_MESSAGE = 1024;
    private static final String ONE_SOURCE = "must specify exactly one of inlineVolumeSpec and persistentVolumeName";

    @Override
    public MetadataRules metadataRules(String subresource) {
        return MetadataRules.WHOLE;
    }

    @Override
    public boolean hasStatus() {
        return true;
    }

    @Override
    public void prepareForUpdate(ObjectNode updated, ObjectNode existing, RequestContext context) {
        Strategy.super.prepareForUpdate(updated, existing, context);
        if (context.subresource().equals("status")) {
            Trees.keepMetadata(updated, existing);
        }
    }

    @Override
    public void validate(ObjectNode object, FieldErrors errors) {
        JsonNode spec = object.path("spec");
        DriverNames.validate(Trees.text(spec, "attacher"), SPEC.child("attacher"), errors);
        source(spec.path("source"), SPEC.child("source"), errors);
        String node = Trees.text(spec, "nodeName");
        errors.invalidEach(SPEC.child("nodeName"), node, Names.dnsSubdomain(node));
        status(object.path("status"), errors);
        JsonNode volume = spec.path("source").path("persistentVolumeName");
        if (volume.isTextual()) {
            errors.invalidEach(
                    FieldPath.of("spec.source.persistentVolumeName"), volume, Names.dnsSubdomain(volume.asText()));
        }
    }

    private static void source(JsonNode source, FieldPath path, FieldErrors errors) {
        boolean inline = source.path("inlineVolumeSpec").isObject();
        JsonNode volume = source.path("persistentVolumeName");
        if (inline && volume.isTextual()) {
            errors.forbidden(path, ONE_SOURCE);
        } else if (!inline && !volume.isTextual()) {
            errors.required(path, ONE_SOURCE);
        } else if (!inline && volume.asText().isEmpty()) {
            errors.required(path.child("persistentVolumeName"), "must specify non empty persistentVolumeName");
        } else if (inline) {
            VolumeSpecValidation.inline(source.path("inlineVolumeSpec"), path.child("inlineVolumeSpec"), errors);
        }
    }

    private static void status(JsonNode status, FieldErrors errors) {
        long size = 0;
        for (var entry : status.path("attachmentMetadata").properties()) {
            size += Names.bytes(entry.getKey()) + Names.bytes(entry.getValue().asText());
        }
        if (size > MAX_METADATA) {
            errors.tooLong(STATUS.child("attachmentMetadata"), MAX_METADATA);
        }
        for (String field : List.of("attachError", "detachError")) {
            if (Names.bytes(Trees.text(status.path(field), "message")) > MAX_MESSAGE) {
                errors.tooLong(STATUS.child(field).child("message"), MAX_METADATA);
            }
            JsonNode code = status.path(field).path("errorCode");
            if (code.isNumber() && code.asLong() < 0) {
                errors.invalidEach(
                        STATUS.child(field).child("errorCode"), code, Names.inRange(-1, 0, Integer.MAX_VALUE));
            }
        }
    }

    @Override
    public void validateUpdate(ObjectNode updated, ObjectNode existing, FieldErrors errors) {
        validate(updated, errors);
        JsonNode spec = updated.path("spec");
        if (!Trees.same(spec, existing.path("spec"))) {
            errors.invalid(SPEC, InternalForm.of("storage.VolumeAttachmentSpec", spec), "field is immutable");
        }
    }

    @Override
    public boolean allowsUnconditionalUpdate() {
        return false;
    }

    @Override
    public Map<String, Set<List<String>>> resetFields() {
        return Map.of(
                "", Set.of(List.of("status")),
                "status", Set.of(List.of("metadata"), List.of("spec")));
    }

    @Override
    public boolean returnsDeletedObject() {
        return true;
    }

    @Override
    public List<TableColumn> tableColumns() {
        return List.of(
                Columns.NAME,
                new TableColumn(
                        "Attacher",
                        "string",
                        "name",
                        "",
                        0,
                        (o, now) -> TextNode.valueOf(Trees.text(o.path("spec"), "attacher"))),
                Columns.string("PV", 0, o -> Trees.text(o.path("spec").path("source"), "persistentVolumeName")),
                Columns.string("Node", 0, o -> Trees.text(o.path("spec"), "nodeName")),
                Columns.bool(
                        "Attached",
                        "boolean",
                        o -> o.path("status").path("attached").asBoolean()),
                Columns.AGE);
    }
}
