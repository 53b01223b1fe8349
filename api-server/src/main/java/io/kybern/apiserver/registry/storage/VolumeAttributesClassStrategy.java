package io.kybern.apiserver.registry.storage;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.field.FieldPath;
import io.kybern.crd.resource.Columns;
import io.kybern.crd.resource.Strategy;
import io.kybern.crd.resource.TableColumn;
import io.kybern.crd.resource.Trees;
import java.util.List;

/** VolumeAttributesClasses. */
public final class VolumeAttributesClassStrategy implements Strategy {
    @Override
    public void validate(ObjectNode object, FieldErrors errors) {
        ClassParameters.provisioner(object, "driverName", errors);
        ClassParameters.parameters(object.path("parameters"), false, errors);
    }

    @Override
    public void validateUpdate(ObjectNode updated, ObjectNode existing, FieldErrors errors) {
        for (String field : List.of("driverName", "parameters")) {
            if (!Trees.same(updated.path(field), existing.path(field))) {
                errors.forbidden(FieldPath.of(field), "updates to " + field + " are forbidden.");
            }
        }
        validate(updated, errors);
    }

    @Override
    public boolean returnsDeletedObject() {
        return true;
    }

    @Override
    public List<TableColumn> tableColumns() {
        return List.of(Columns.NAME, Columns.string("DriverName", 0, o -> Trees.text(o, "driverName")), Columns.AGE);
    }
}
