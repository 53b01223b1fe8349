package io.kybern.conformance.corpus;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Objects by a schema: the least that is valid as far as the schema without its rules says, one with every field, and
 * for each field a few that go against what it says. Deterministic.
 */
final class SampleObjects {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final int DEPTH = 6;

    private final ObjectNode head;
    private final JsonNode schema;
    private final int most;

    /**
     * @param head apiVersion, kind and metadata of each object
     * @param most how many there are to be
     */
    SampleObjects(ObjectNode head, JsonNode schema, int most) {
        this.head = head;
        this.schema = schema;
        this.most = most;
    }

    /** By what was done to them. */
    Map<String, ObjectNode> all() {
        Map<String, ObjectNode> out = new LinkedHashMap<>();
        ObjectNode least = object(false);
        ObjectNode full = object(true);
        out.put("least", least);
        out.put("full", full);
        out.put("empty", head.deepCopy());
        ObjectNode unknown = full.deepCopy();
        unknown.put("unknownField", 1);
        unknown.properties().stream()
                .map(Map.Entry::getValue)
                .filter(ObjectNode.class::isInstance)
                .forEach(o -> ((ObjectNode) o).put("unknownInner", "x"));
        out.put("unknown", unknown);
        for (ObjectNode base : List.of(least, full)) {
            List<String> paths = new ArrayList<>();
            paths(base, "", paths);
            int step = Math.max(1, paths.size() * 3 * 2 / most);
            for (int i = 0; i < paths.size(); i += step) {
                spoil(base, paths.get(i), (base == least ? "least " : "full ") + paths.get(i), out);
            }
        }
        return out;
    }

    private static void spoil(ObjectNode base, String path, String name, Map<String, ObjectNode> out) {
        int slash = path.lastIndexOf('/');
        JsonNode value = base.at(path);
        out.put(name + " gone", changed(base, path.substring(0, slash), path.substring(slash + 1), null));
        out.put(name + " null", changed(base, path.substring(0, slash), path.substring(slash + 1), NODES.nullNode()));
        JsonNode other = value.isTextual()
                ? NODES.numberNode(-7)
                : value.isNumber() ? NODES.numberNode(-1_000_000_000_000L) : NODES.textNode("~ wrong Value!");
        out.put(name + " other", changed(base, path.substring(0, slash), path.substring(slash + 1), other));
        if (value.isTextual()) {
            out.put(
                    name + " text",
                    changed(
                            base,
                            path.substring(0, slash),
                            path.substring(slash + 1),
                            NODES.textNode("~ wrong Value!")));
        }
    }

    private static ObjectNode changed(
            ObjectNode base, String parent, String field, @org.jspecify.annotations.Nullable JsonNode value) {
        ObjectNode out = base.deepCopy();
        JsonNode at = parent.isEmpty() ? out : out.at(parent);
        String name = field.replace("~1", "/").replace("~0", "~");
        if (at instanceof ObjectNode object) {
            if (value == null) {
                object.remove(name);
            } else {
                object.set(name, value);
            }
        } else if (at instanceof ArrayNode array) {
            if (value == null) {
                array.remove(Integer.parseInt(name));
            } else {
                array.set(Integer.parseInt(name), value);
            }
        }
        return out;
    }

    private static void paths(JsonNode node, String at, List<String> out) {
        if (node instanceof ObjectNode object) {
            object.properties().forEach(e -> {
                if (!at.isEmpty() || !List.of("apiVersion", "kind", "metadata").contains(e.getKey())) {
                    String path = at + "/" + e.getKey().replace("~", "~0").replace("/", "~1");
                    out.add(path);
                    paths(e.getValue(), path, out);
                }
            });
        } else if (node.isArray()) {
            for (int i = 0; i < node.size(); i++) {
                out.add(at + "/" + i);
                paths(node.get(i), at + "/" + i, out);
            }
        }
    }

    // ---- values

    private ObjectNode object(boolean full) {
        ObjectNode out = head.deepCopy();
        if (value(schema, full, DEPTH) instanceof ObjectNode made) {
            made.properties().forEach(e -> {
                if (!out.has(e.getKey())) {
                    out.set(e.getKey(), e.getValue());
                }
            });
        }
        return out;
    }

    private static JsonNode value(JsonNode schema, boolean full, int depth) {
        if (schema.path("enum").size() > 0) {
            return schema.path("enum").get(0);
        }
        if (schema.path("x-kubernetes-int-or-string").asBoolean()) {
            return NODES.numberNode(1);
        }
        return switch (schema.path("type").asText()) {
            case "object" -> members(schema, full, depth);
            case "array" -> {
                ArrayNode out = NODES.arrayNode();
                int least = Math.max(schema.path("minItems").asInt(), full && depth > 0 ? 1 : 0);
                for (int i = 0; i < Math.min(least, 3); i++) {
                    out.add(value(schema.path("items"), full, depth - 1));
                }
                yield out;
            }
            case "string" -> NODES.textNode(text(schema));
            case "boolean" -> NODES.booleanNode(true);
            case "integer", "number" ->
                NODES.numberNode(Math.max(schema.path("minimum").asLong(1), 0)
                        + (schema.path("exclusiveMinimum").asBoolean() ? 1 : 0));
            default -> NODES.objectNode().put("any", "thing");
        };
    }

    private static ObjectNode members(JsonNode schema, boolean full, int depth) {
        ObjectNode out = NODES.objectNode();
        List<String> required = new ArrayList<>();
        schema.path("required").forEach(r -> required.add(r.asText()));
        for (Map.Entry<String, JsonNode> property : schema.path("properties").properties()) {
            boolean wanted = required.contains(property.getKey()) || full && depth > 0;
            if (wanted) {
                out.set(property.getKey(), value(property.getValue(), full, depth - 1));
            }
        }
        if (full && depth > 0 && schema.path("additionalProperties").isObject()) {
            out.set("key", value(schema.path("additionalProperties"), true, depth - 1));
        }
        return out;
    }

    private static String text(JsonNode schema) {
        String made = switch (schema.path("format").asText()) {
            case "date-time" -> "2024-01-02T03:04:05Z";
            case "duration" -> "1h0m0s";
            case "byte" -> "aGVsbG8=";
            case "uri" -> "https://example.com/x";
            case "ipv4", "ip" -> "10.0.0.1";
            case "cidr" -> "10.0.0.0/8";
            case "uuid" -> "123e4567-e89b-12d3-a456-426614174000";
            case "email" -> "a@example.com";
            default -> "value";
        };
        int least = schema.path("minLength").asInt();
        return made.length() < least ? made + "a".repeat(least - made.length()) : made;
    }
}
