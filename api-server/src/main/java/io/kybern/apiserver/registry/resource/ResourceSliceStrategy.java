package io.kybern.apiserver.registry.resource;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.field.FieldPath;
import io.kybern.crd.name.Names;
import io.kybern.crd.resource.Columns;
import io.kybern.crd.resource.FieldRules;
import io.kybern.crd.resource.Strategy;
import io.kybern.crd.resource.TableColumn;
import io.kybern.crd.resource.Trees;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** ResourceSlices: the devices that drivers offer. */
public final class ResourceSliceStrategy implements Strategy {
    private static final FieldPath SPEC = FieldPath.of("spec");

    @Override
    public Set<String> generationFields() {
        return Set.of("spec");
    }

    @Override
    public void validate(ObjectNode object, FieldErrors errors) {
        JsonNode spec = object.path("spec");
        String driver = Trees.text(spec, "driver");
        if (driver.isEmpty()) {
            errors.required(SPEC.child("driver"), "");
        } else {
            errors.invalidEach(SPEC.child("driver"), driver, Names.dnsSubdomainCaseless(driver));
        }
        if (Trees.text(spec.path("pool"), "name").isEmpty()) {
            errors.required(SPEC.child("pool").child("name"), "");
        }
    }

    @Override
    public void validateUpdate(ObjectNode updated, ObjectNode existing, FieldErrors errors) {
        validate(updated, errors);
        JsonNode spec = updated.path("spec");
        JsonNode old = existing.path("spec");
        FieldRules.immutable(SPEC.child("driver"), spec.path("driver"), old.path("driver"), errors);
        FieldRules.immutable(
                SPEC.child("pool").child("name"),
                spec.path("pool").path("name"),
                old.path("pool").path("name"),
                errors);
        for (String field : List.of("nodeName", "nodeSelector", "allNodes")) {
            FieldRules.immutable(SPEC.child(field), spec.path(field), old.path(field), errors);
        }
    }

    @Override
    public List<String> warnings(ObjectNode object) {
        String driver = Trees.text(object.path("spec"), "driver");
        return driver.equals(driver.toLowerCase(Locale.ROOT))
                ? List.of()
                : List.of("spec.driver: driver names should be lowercase; " + FieldErrors.quote(driver)
                        + " contains uppercase characters");
    }

    @Override
    public Map<String, String> selectableFields(ObjectNode object) {
        JsonNode spec = object.path("spec");
        return Map.of("spec.nodeName", Trees.text(spec, "nodeName"), "spec.driver", Trees.text(spec, "driver"));
    }

    @Override
    public Set<String> selectableFieldNames() {
        return Set.of("spec.nodeName", "spec.driver");
    }

    @Override
    public String unsupportedFieldLabel(String label) {
        return "field label not supported for resource.k8s.io/v1, Kind=ResourceSlice: " + label;
    }

    @Override
    public boolean returnsDeletedObject() {
        return true;
    }

    @Override
    public List<TableColumn> tableColumns() {
        return List.of(
                Columns.NAME,
                Columns.string("Node", 0, o -> Trees.text(o.path("spec"), "nodeName")),
                Columns.string("Driver", 0, o -> Trees.text(o.path("spec"), "driver")),
                Columns.string("Pool", 0, o -> Trees.text(o.path("spec").path("pool"), "name")),
                Columns.AGE);
    }
}
