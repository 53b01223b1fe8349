package io.kybern.apiserver.registry.core;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.field.FieldPath;
import io.kybern.crd.name.Names;
import io.kybern.crd.resource.Columns;
import io.kybern.crd.resource.Strategy;
import io.kybern.crd.resource.TableColumn;
import java.util.List;

/** ConfigMaps: keys are file names, the whole is limited, and an immutable one stays as it is. */
public final class ConfigMapStrategy implements Strategy {
    @Override
    public void validate(ObjectNode object, FieldErrors errors) {
        JsonNode data = object.path("data");
        JsonNode binary = object.path("binaryData");
        long size = 0;
        FieldPath dataPath = FieldPath.of("data");
        for (var entry : data.properties()) {
            String key = entry.getKey();
            errors.invalidEach(dataPath.key(key), key, Names.configKey(key));
            if (binary.has(key)) {
                errors.invalid(dataPath.key(key), key, "duplicate of key present in binaryData");
            }
            size += Names.bytes(entry.getValue().asText());
        }
        FieldPath binaryPath = FieldPath.of("binaryData");
        for (var entry : binary.properties()) {
            errors.invalidEach(binaryPath.key(entry.getKey()), entry.getKey(), Names.configKey(entry.getKey()));
            size += Base64Size.of(entry.getValue().asText());
        }
        if (size > SecretStrategy.MAX_BYTES) {
            errors.tooLong(FieldPath.unnamed(), SecretStrategy.MAX_BYTES);
        }
    }

    @Override
    public void validateUpdate(ObjectNode updated, ObjectNode existing, FieldErrors errors) {
        Immutable.keep(updated, existing, List.of("data", "binaryData"), errors);
        validate(updated, errors);
    }

    @Override
    public List<TableColumn> tableColumns() {
        return List.of(
                Columns.NAME,
                Columns.integer(
                        "Data",
                        "string",
                        o -> o.path("data").size() + o.path("binaryData").size()),
                Columns.AGE);
    }
}
