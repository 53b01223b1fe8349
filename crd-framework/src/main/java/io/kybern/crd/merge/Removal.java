package io.kybern.crd.merge;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.crd.schema.Schema;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Takes the fields of a set out of an object, or everything else. */
final class Removal {
    private Removal() {}

    /** The object without these fields; a list or map that loses all it had goes too. */
    static ObjectNode remove(ObjectNode object, FieldSet fields, Schema schema) {
        return fields.isEmpty() ? object : root(walk(object, fields, schema, false));
    }

    /** Only these fields of the object. */
    static ObjectNode extract(ObjectNode object, FieldSet fields, Schema schema) {
        return root(walk(object, fields, schema, true));
    }

    private static ObjectNode root(@Nullable JsonNode node) {
        return node instanceof ObjectNode object ? object : JsonNodeFactory.instance.objectNode();
    }

    private static @Nullable JsonNode walk(JsonNode value, FieldSet fields, Schema schema, boolean extract) {
        Shape shape = Shape.of(schema, value);
        if (shape == Shape.LEAF) {
            return value;
        }
        if (shape.isAtomic() || value.isEmpty()) {
            return extract ? value : null;
        }
        return shape == Shape.MAP ? map(value, fields, schema, extract) : list(value, fields, schema, shape, extract);
    }

    private static @Nullable JsonNode map(JsonNode map, FieldSet fields, Schema schema, boolean extract) {
        ObjectNode out = JsonNodeFactory.instance.objectNode();
        for (Map.Entry<String, JsonNode> e : map.properties()) {
            PathElement element = PathElement.field(e.getKey());
            JsonNode value = e.getValue();
            Schema type = Shape.field(schema, e.getKey(), true);
            FieldSet below = fields.below(element);
            JsonNode kept;
            if (fields.hasMember(element)) {
                kept = extract ? (below.isEmpty() ? value : walk(value, below, type, true)) : null;
            } else if (!below.isEmpty()) {
                kept = walk(value, below, type, extract);
                if (kept == null && !extract) {
                    kept = NullNode.getInstance(); // built-in kinds drop it when they are decoded, custom ones show it
                }
            } else {
                kept = extract ? null : value;
            }
            if (kept != null) {
                out.set(e.getKey(), kept);
            }
        }
        return out.isEmpty() ? null : out;
    }

    private static @Nullable JsonNode list(
            JsonNode list, FieldSet fields, Schema schema, Shape shape, boolean extract) {
        ArrayNode out = JsonNodeFactory.instance.arrayNode();
        for (JsonNode item : list) {
            PathElement element = Shape.element(schema, shape, item);
            boolean exact = fields.hasMember(element);
            FieldSet below = fields.below(element);
            if (extract ? !exact && below.isEmpty() : exact) {
                continue;
            }
            JsonNode kept = below.isEmpty() ? item : walk(item, below, Shape.item(schema), extract);
            if (kept != null) {
                out.add(kept);
            }
        }
        return out.isEmpty() ? null : out;
    }
}
