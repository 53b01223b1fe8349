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
    /**
     * Bytes of defaults that one object may get, as many as a request has: each of a million items may lack a megabyte. The original,
     * which fills in all of them, then stores half as much.
     */
    private static final long MOST = 3 << 20;

    private long left = MOST;

    private Defaulting() {}

    /** The defaults of an object are more than it may have. */
    public static final class TooLargeException extends RuntimeException {
        private static final long serialVersionUID = 1;

        TooLargeException() {
            super("the defaults of the object take more than " + MOST + " bytes", null, false, false);
        }
    }

    /**
     * Changes the object in place. Idempotent.
     *
     * @throws TooLargeException if there is too much to fill in; a part of it has been then
     */
    public static void apply(ObjectNode object, Schema schema) {
        dropNulls(object, schema);
        new Defaulting().fill(object, schema);
    }

    /**
     * Fills in defaults and leaves other nulls where they are, for validation to complain about.
     *
     * @throws TooLargeException if there is too much to fill in; a part of it has been then
     */
    public static void fillIn(ObjectNode object, Schema schema) {
        new Defaulting().fill(object, schema);
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

    private void fill(JsonNode value, Schema schema) {
        if (value instanceof ObjectNode object) {
            schema.propertiesWithDefaults().forEach((name, type) -> {
                JsonNode present = object.get(name);
                if (present == null || isForbiddenNull(present, type)) {
                    spend(name.length());
                    object.set(name, copy(type));
                }
            });
            List<String> names = new ArrayList<>(object.size());
            object.fieldNames().forEachRemaining(names::add);
            for (String name : names) {
                Schema type = schema.child(name);
                if (isForbiddenNull(object.get(name), type)
                        && type.defaultValue().isPresent()) {
                    object.set(name, copy(type));
                }
                fill(object.path(name), type);
            }
        } else if (value instanceof ArrayNode array && schema.item().declared()) {
            Schema type = schema.item();
            for (int i = 0; i < array.size(); i++) {
                if (isForbiddenNull(array.get(i), type) && type.defaultValue().isPresent()) {
                    array.set(i, copy(type));
                }
                fill(array.get(i), type);
            }
        }
    }

    private JsonNode copy(Schema type) {
        JsonNode given = type.defaultValue().orElseThrow();
        weigh(given);
        return given.deepCopy();
    }

    private void weigh(JsonNode value) {
        if (value.isObject()) {
            value.properties().forEach(e -> {
                spend(e.getKey().length() + 4);
                weigh(e.getValue());
            });
        } else if (value.isArray()) {
            value.forEach(this::weigh);
        }
        spend(value.isTextual() ? value.textValue().length() + 3 : 3);
    }

    private void spend(int bytes) {
        left -= bytes;
        if (left < 0) {
            throw new TooLargeException();
        }
    }
}
