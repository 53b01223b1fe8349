package io.kybern.apiserver.registry.storage;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.field.FieldPath;
import io.kybern.crd.resource.Columns;
import io.kybern.crd.resource.FieldRules;
import io.kybern.crd.resource.Strategy;
import io.kybern.crd.resource.TableColumn;
import io.kybern.crd.resource.Trees;
import java.util.List;

/** StorageClasses. */
public final class StorageClassStrategy implements Strategy {
    private static final String DEFAULT_ANNOTATION = "storageclass.kubernetes.io/is-default-class";
    private static final String OLD_DEFAULT_ANNOTATION = "storageclass.beta.kubernetes.io/is-default-class";
    private static final List<String> RECLAIM = List.of("Delete", "Retain");
    private static final List<String> BINDING = List.of("Immediate", "WaitForFirstConsumer");

    @Override
    public void applyDefaults(ObjectNode object) {
        Trees.defaultPointer(object, "reclaimPolicy", "Delete");
        Trees.defaultPointer(object, "volumeBindingMode", "Immediate");
    }

    @Override
    public void validate(ObjectNode object, FieldErrors errors) {
        ClassParameters.provisioner(object, "provisioner", errors);
        ClassParameters.parameters(object.path("parameters"), true, errors);
        if (!Trees.text(object, "reclaimPolicy").isEmpty()) {
            FieldRules.supported(FieldPath.of("reclaimPolicy"), object.path("reclaimPolicy"), RECLAIM, errors);
        }
        FieldRules.supported(FieldPath.of("volumeBindingMode"), object.path("volumeBindingMode"), BINDING, errors);
        Topologies.validate(object.path("allowedTopologies"), errors);
    }

    @Override
    public void validateUpdate(ObjectNode updated, ObjectNode existing, FieldErrors errors) {
        validate(updated, errors);
        JsonNode parameters = updated.path("parameters");
        if (!Trees.same(parameters, existing.path("parameters"))) {
            errors.invalid(FieldPath.of("parameters"), parameters.isEmpty() ? null : parameters, "field is immutable");
        }
        for (String field : List.of("provisioner", "reclaimPolicy", "volumeBindingMode")) {
            FieldRules.immutable(FieldPath.of(field), updated.path(field), existing.path(field), errors);
        }
    }

    @Override
    public boolean returnsDeletedObject() {
        return true;
    }

    @Override
    public List<TableColumn> tableColumns() {
        return List.of(
                new TableColumn(
                        "Name",
                        "string",
                        "name",
                        Columns.NAME.description(),
                        0,
                        (o, now) -> TextNode.valueOf(
                                Trees.text(o.path("metadata"), "name") + (isDefault(o) ? " (default)" : ""))),
                Columns.string("Provisioner", 0, o -> Trees.text(o, "provisioner")),
                Columns.string("ReclaimPolicy", 0, o -> o.path("reclaimPolicy").asText("Delete")),
                Columns.string(
                        "VolumeBindingMode", 0, o -> o.path("volumeBindingMode").asText("Immediate")),
                Columns.bool(
                        "AllowVolumeExpansion",
                        "string",
                        o -> o.path("allowVolumeExpansion").asBoolean()),
                Columns.AGE);
    }

    private static boolean isDefault(ObjectNode object) {
        JsonNode annotations = object.path("metadata").path("annotations");
        return Trees.text(annotations, DEFAULT_ANNOTATION).equals("true")
                || Trees.text(annotations, OLD_DEFAULT_ANNOTATION).equals("true");
    }
}
