package io.kybern.apiserver.registry.resource;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.registry.podspec.ResourceValidation;
import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.field.FieldPath;
import io.kybern.crd.resource.Columns;
import io.kybern.crd.resource.MetadataRules;
import io.kybern.crd.resource.Strategy;
import io.kybern.crd.resource.TableColumn;
import io.kybern.crd.resource.Trees;
import java.util.List;
import java.util.Set;

/** DeviceClasses. */
public final class DeviceClassStrategy implements Strategy {
    private static final FieldPath SPEC = FieldPath.of("spec");
    private static final int MAX_CONFIGURATIONS = 32;

    @Override
    public MetadataRules metadataRules(String subresource) {
        return MetadataRules.WHOLE_AND_CHANGE;
    }

    @Override
    public void validate(ObjectNode object, FieldErrors errors) {
        JsonNode spec = object.path("spec");
        DeviceRequests.selectors(spec.path("selectors"), SPEC.child("selectors"), errors);
        DeviceRules.list(
                spec.path("config"), MAX_CONFIGURATIONS, DeviceRules::configuration, SPEC.child("config"), errors);
        String name = Trees.text(spec, "extendedResourceName");
        if (spec.has("extendedResourceName") && !ResourceValidation.isExtended(name)) {
            errors.invalid(SPEC.child("extendedResourceName"), name, "must be a valid extended resource name");
        }
    }

    @Override
    public Set<String> generationFields() {
        return Set.of("spec");
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
