package io.kybern.apiserver.registry.resource;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.field.FieldPath;
import io.kybern.crd.resource.Columns;
import io.kybern.crd.resource.FieldRules;
import io.kybern.crd.resource.Strategy;
import io.kybern.crd.resource.TableColumn;
import java.util.List;

/** ResourceClaimTemplates. */
public final class ResourceClaimTemplateStrategy implements Strategy {
    private static final FieldPath SPEC = FieldPath.of("spec");

    @Override
    public void applyDefaults(ObjectNode object) {
        DeviceRequests.applyDefaults(object.path("spec").path("spec"));
    }

    @Override
    public void validate(ObjectNode object, FieldErrors errors) {
        DeviceRequests.validate(object.path("spec").path("spec"), SPEC.child("spec"), errors);
    }

    @Override
    public void validateUpdate(ObjectNode updated, ObjectNode existing, FieldErrors errors) {
        FieldRules.immutable(SPEC, updated.path("spec"), existing.path("spec"), errors);
        validate(updated, errors);
    }

    @Override
    public boolean returnsDeletedObject() {
        return true;
    }

    @Override
    public List<TableColumn> tableColumns() {
        return List.of(Columns.NAME, Columns.AGE);
    }
}
