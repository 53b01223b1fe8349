package io.kybern.apiserver.registry.resource;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.registry.goform.InternalForm;
import io.kybern.apiserver.registry.podspec.ClaimTemplateValidation;
import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.field.FieldPath;
import io.kybern.crd.resource.Columns;
import io.kybern.crd.resource.Strategy;
import io.kybern.crd.resource.TableColumn;
import io.kybern.crd.resource.Trees;
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
        JsonNode spec = object.path("spec");
        ClaimTemplateValidation.metadata(spec.path("metadata"), SPEC.child("metadata"), errors);
        new DeviceRequests(spec.path("spec")).validate(SPEC.child("spec"), errors);
    }

    @Override
    public void validateUpdate(ObjectNode updated, ObjectNode existing, FieldErrors errors) {
        JsonNode spec = updated.path("spec");
        if (!Trees.same(spec, existing.path("spec"))) {
            errors.invalid(SPEC, InternalForm.of("resource.ResourceClaimTemplateSpec", spec), "field is immutable");
        }
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
