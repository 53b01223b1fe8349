package io.kybern.apiserver.registry.storage;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.field.FieldPath;
import io.kybern.crd.name.Names;
import io.kybern.crd.resource.Columns;
import io.kybern.crd.resource.FieldRules;
import io.kybern.crd.resource.MetadataRules;
import io.kybern.crd.resource.Strategy;
import io.kybern.crd.resource.TableColumn;
import io.kybern.crd.resource.Trees;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** CSINodes: which drivers run on a node. */
public final class CSINodeStrategy implements Strategy {
    private static final FieldPath DRIVERS = FieldPath.of("spec", "drivers");
    private static final int MAX_NODE_ID = 256;

    @Override
    public MetadataRules metadataRules(String subresource) {
        return MetadataRules.WHOLE;
    }

    @Override
    public void validate(ObjectNode object, FieldErrors errors) {
        Set<String> names = new HashSet<>();
        JsonNode drivers = object.path("spec").path("drivers");
        for (int i = 0; i < drivers.size(); i++) {
            driver(drivers.get(i), names, DRIVERS.index(i), errors);
        }
    }

    private static void driver(JsonNode driver, Set<String> names, FieldPath path, FieldErrors errors) {
        String name = Trees.text(driver, "name");
        DriverNames.validate(name, path.child("name"), errors);
        String id = Trees.text(driver, "nodeID");
        if (id.isEmpty()) {
            errors.required(path.child("nodeID"), "");
        }
        if (Names.bytes(id) > MAX_NODE_ID) {
            errors.invalid(path.child("nodeID"), id, "must be " + MAX_NODE_ID + " characters or less");
        }
        JsonNode count = driver.path("allocatable").path("count");
        if (count.isNumber() && count.asLong() < 0) {
            errors.invalid(path.child("allocatable").child("count"), count, "must be greater than or equal to 0");
        }
        if (!names.add(name)) {
            errors.duplicate(path.child("name"), name);
        }
        Set<String> keys = new HashSet<>();
        for (String key : Trees.texts(driver.path("topologyKeys"))) {
            if (key.isEmpty()) {
                errors.required(path, "");
            }
            if (!keys.add(key)) {
                errors.duplicate(path, key);
            }
            errors.invalidEach(path, key, Names.qualifiedName(key));
        }
    }

    /** A driver that stays keeps everything but how many volumes it can attach. */
    @Override
    public void validateUpdate(ObjectNode updated, ObjectNode existing, FieldErrors errors) {
        validate(updated, errors);
        for (ObjectNode before : Trees.objects(existing.path("spec").path("drivers"))) {
            for (ObjectNode now : Trees.objects(updated.path("spec").path("drivers"))) {
                if (Trees.text(before, "name").equals(Trees.text(now, "name"))) {
                    FieldRules.immutable(DRIVERS, fixedPart(now), fixedPart(before), errors);
                }
            }
        }
    }

    private static ObjectNode fixedPart(ObjectNode driver) {
        ObjectNode copy = driver.deepCopy();
        copy.remove("allocatable");
        return copy;
    }

    @Override
    public boolean allowsUnconditionalUpdate() {
        return false;
    }

    @Override
    public boolean returnsDeletedObject() {
        return true;
    }

    @Override
    public List<TableColumn> tableColumns() {
        return List.of(
                Columns.NAME,
                Columns.integer(
                        "Drivers",
                        "integer",
                        o -> o.path("spec").path("drivers").size()),
                Columns.AGE);
    }
}
