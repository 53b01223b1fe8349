package io.kybern.apiserver.registry.resource;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.registry.goform.InternalForm;
import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.field.FieldPath;
import io.kybern.crd.resource.Columns;
import io.kybern.crd.resource.MetadataRules;
import io.kybern.crd.resource.RequestContext;
import io.kybern.crd.resource.Strategy;
import io.kybern.crd.resource.TableColumn;
import io.kybern.crd.resource.Trees;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** ResourceClaims. */
public final class ResourceClaimStrategy implements Strategy {
    private static final FieldPath SPEC = FieldPath.of("spec");

    @Override
    public MetadataRules metadataRules(String subresource) {
        return subresource.isEmpty() ? MetadataRules.WHOLE_AND_CHANGE : MetadataRules.CHANGE;
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
    public void applyDefaults(ObjectNode object) {
        DeviceRequests.applyDefaults(object.path("spec"));
    }

    @Override
    public void validate(ObjectNode object, FieldErrors errors) {
        new DeviceRequests(object.path("spec")).validate(SPEC, errors);
    }

    @Override
    public void validateUpdate(ObjectNode updated, ObjectNode existing, FieldErrors errors) {
        if (!Trees.same(updated.path("spec"), existing.path("spec"))) {
            errors.invalid(
                    SPEC, InternalForm.of("resource.ResourceClaimSpec", updated.path("spec")), "field is immutable");
        }
    }

    @Override
    public void validateStatusUpdate(ObjectNode updated, ObjectNode existing, FieldErrors errors) {
        new ClaimStatusValidation(updated, existing).validate(errors);
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
        return List.of(Columns.NAME, Columns.string("State", 0, ResourceClaimStrategy::state), Columns.AGE);
    }

    private static String state(ObjectNode claim) {
        boolean deleted = claim.path("metadata").has("deletionTimestamp");
        if (!claim.path("status").path("allocation").isObject()) {
            return deleted ? "deleted" : "pending";
        }
        boolean reserved = !claim.path("status").path("reservedFor").isEmpty();
        return (deleted ? "deleted," : "") + "allocated" + (reserved ? ",reserved" : "");
    }
}
