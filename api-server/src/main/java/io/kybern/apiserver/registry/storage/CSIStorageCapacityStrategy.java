package io.kybern.apiserver.registry.storage;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.field.FieldPath;
import io.kybern.crd.label.LabelSelectors;
import io.kybern.crd.name.Names;
import io.kybern.crd.resource.Columns;
import io.kybern.crd.resource.FieldRules;
import io.kybern.crd.resource.Strategy;
import io.kybern.crd.resource.TableColumn;
import io.kybern.crd.resource.Trees;
import java.util.List;

/** CSIStorageCapacities. */
public final class CSIStorageCapacityStrategy implements Strategy {
    @Override
    public void validate(ObjectNode object, FieldErrors errors) {
        LabelSelectors.validate(object.path("nodeTopology"), FieldPath.of("nodeTopology"), errors);
        String name = Trees.text(object, "storageClassName");
        errors.invalidEach(FieldPath.of("storageClassName"), name, Names.dnsSubdomain(name));
        JsonNode capacity = object.path("capacity");
        if (capacity.asText("").startsWith("-")) {
            errors.invalid(FieldPath.of("capacity"), capacity, "must be greater than or equal to 0");
        }
    }

    @Override
    public void validateUpdate(ObjectNode updated, ObjectNode existing, FieldErrors errors) {
        for (String field : List.of("nodeTopology", "storageClassName")) {
            FieldRules.immutable(FieldPath.of(field), updated.path(field), existing.path(field), errors);
        }
    }

    @Override
    public boolean allowsUnconditionalUpdate() {
        return false;
    }

    @Override
    public List<TableColumn> tableColumns() {
        return List.of(
                Columns.NAME,
                Columns.string("StorageClassName", 0, o -> Trees.text(o, "storageClassName")),
                Columns.string("Capacity", 0, o -> o.path("capacity").asText("<unset>")));
    }
}
