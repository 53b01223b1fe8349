package io.kybern.apiserver.registry.storage;

import com.fasterxml.jackson.databind.JsonNode;
import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.field.FieldPath;
import io.kybern.crd.name.Names;
import io.kybern.crd.resource.Trees;
import java.util.Locale;

/** Driver and parameters of StorageClasses and VolumeAttributesClasses. */
final class ClassParameters {
    private static final int MAX_PARAMETERS = 512;
    private static final int MAX_BYTES = 256 * 1024;

    private ClassParameters() {}

    static void provisioner(JsonNode object, String field, FieldErrors errors) {
        String name = Trees.text(object, field);
        if (name.isEmpty()) {
            errors.required(FieldPath.of(field), "");
        } else {
            String lower = name.toLowerCase(Locale.ROOT);
            errors.invalidEach(FieldPath.of(field), lower, Names.qualifiedName(lower));
        }
    }

    static void parameters(JsonNode parameters, boolean allowEmpty, FieldErrors errors) {
        FieldPath path = FieldPath.of("parameters");
        if (parameters.size() > MAX_PARAMETERS) {
            errors.tooLong(path, MAX_PARAMETERS);
            return;
        }
        long size = 0;
        for (var entry : parameters.properties()) {
            if (entry.getKey().isEmpty()) {
                errors.invalid(path, "", "field can not be empty.");
            }
            size += Names.bytes(entry.getKey()) + Names.bytes(entry.getValue().asText());
        }
        if (size > MAX_BYTES) {
            errors.tooLong(path, MAX_BYTES);
        }
        if (!allowEmpty && parameters.isEmpty()) {
            errors.required(path, "must contain at least one key/value pair");
        }
    }
}
