package io.kybern.apiserver.endpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.TreeMap;

/**
 * The order of members in a patched document as the original shows it in messages: objects that the patch went through
 * are sorted, all others are as they were stored.
 */
final class TouchedOrder {
    private TouchedOrder() {}

    /** @param patch a merge patch, or a JSON patch */
    static ObjectNode of(ObjectNode patched, JsonNode patch) {
        ObjectNode touched = patch instanceof ObjectNode merge ? merge : JsonNodeFactory.instance.objectNode();
        for (JsonNode operation : patch.isArray() ? patch : JsonNodeFactory.instance.arrayNode()) {
            ObjectNode at = touched;
            for (String step : operation.path("path").asText("").split("/")) {
                if (!step.isEmpty()) {
                    at = at.get(step) instanceof ObjectNode known ? known : at.putObject(step);
                }
            }
        }
        return sorted(patched, touched);
    }

    private static ObjectNode sorted(ObjectNode object, JsonNode touched) {
        Map<String, JsonNode> members = new TreeMap<>();
        object.properties().forEach(e -> members.put(e.getKey(), e.getValue()));
        ObjectNode out = JsonNodeFactory.instance.objectNode();
        members.forEach((name, value) -> out.set(
                name,
                value instanceof ObjectNode inner
                                && touched.path(name).isObject()
                                && !touched.path(name).isEmpty()
                        ? sorted(inner, touched.path(name))
                        : touched.path(name).isArray() ? sorted(value) : value));
        return out;
    }

    /** What a merge patch brings in a list is sorted all through: its nulls were looked for. */
    private static JsonNode sorted(JsonNode value) {
        if (value instanceof ObjectNode object) {
            Map<String, JsonNode> members = new TreeMap<>();
            object.properties().forEach(e -> members.put(e.getKey(), sorted(e.getValue())));
            ObjectNode out = JsonNodeFactory.instance.objectNode();
            members.forEach(out::set);
            return out;
        }
        if (value.isArray()) {
            ArrayNode out = JsonNodeFactory.instance.arrayNode(value.size());
            value.forEach(item -> out.add(sorted(item)));
            return out;
        }
        return value;
    }
}
