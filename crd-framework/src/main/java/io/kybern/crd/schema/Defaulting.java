package io.kybern.crd.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Structural defaulting of custom resources: a missing property with a default gets it, also inside defaults. A null
 * that the schema does not allow counts as missing; without a default it goes.
 */
public final class Defaulting {
    private Defaulting() {}

    /** Changes the object in place. Idempotent. */
    public static void apply(ObjectNode object, Schema schema) {
        dropNulls(object, schema);
        fill(object, schema);
    }

    /** Fills in defaults and leaves other nulls where they are, for validation to complain about. */
    public static void fillIn(ObjectNode object, Schema schema) {
        fill(object, schema);
    }

    private static boolean isForbiddenNull(@Nullable JsonNode value, Schema schema) {
        return value != null && value.isNull() && schema.declared() && !schema.nullable();
    }

    /** Removes nulls that are neither allowed nor replaced by a default. */
    private static void dropNulls(JsonNode value, Schema schema) {
        if (value instanceof ObjectNode object) {
            for (Iterator<Map.Entry<String, JsonNode>> i = object.properties().iterator(); i.hasNext(); ) {
                Map.Entry<String, JsonNode> e = i.next();
                Schema type = schema.child(e.getKey());
                if (isForbiddenNull(e.getValue(), type) && type.defaultValue().isEmpty()) {
                    i.remove();
                } else {
                    dropNulls(e.getValue(), type);
                }
            }
        } else if (value instanceof ArrayNode array) {
            Schema type = schema.item();
            array.forEach(item -> dropNulls(item, type));
        }
    }

    private static void fill(JsonNode value, Schema schema) {
        if (value instanceof ObjectNode object) {
            schema.properties()
                    .forEach((name, type) -> type.defaultValue().ifPresent(given -> {
                        JsonNode present = object.get(name);
                        if (present == null || isForbiddenNull(present, type)) {
                            object.set(name, given.deepCopy());
                        }
                    }));
            List<String> names = new ArrayList<>(object.size());
            object.fieldNames().forEachRemaining(names::add);
            for (String name : names) {
                Schema type = schema.child(name);
                if (isForbiddenNull(object.get(name), type)) {
                    type.defaultValue().ifPresent(given -> object.set(name, given.deepCopy()));
                }
                fill(object.path(name), type);
            }
        } else if (value instanceof ArrayNode array && schema.item().declared()) {
            Schema type = schema.item();
            for (int i = 0; i < array.size(); i++) {
                int index = i;
                if (isForbiddenNull(array.get(i), type)) {
                    type.defaultValue().ifPresent(given -> array.set(index, given.deepCopy()));
                }
                fill(array.get(i), type);
            }
        }
    }
}
