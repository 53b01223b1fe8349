package io.kybern.crd.definition;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Set;

/**
 * Schemas that say a type and maybe what it is for, and no more: most of the hundreds that a large definition has. No rule
 * has anything to find in one below the root, so that walks leave them out.
 */
final class PlainSchema {
    private static final Set<String> TYPES = Set.of("boolean", "integer", "number", "object", "string");

    private PlainSchema() {}

    static boolean is(JsonNode schema) {
        if (schema.size() > 2) {
            return false;
        }
        JsonNode type = schema.get("type");
        return type != null
                && type.isTextual()
                && TYPES.contains(type.textValue())
                && (schema.size() == 1 || schema.has("description"));
    }
}
