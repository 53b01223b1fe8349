package io.kybern.apiserver.conversion;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What is another at each run, by a word that stands for it.
 *
 * @param group of the kind, and {@code port} of the webhook
 */
record Volatile(String group, int port) {
    private static final int LONG = 400;

    JsonNode without(JsonNode tree) {
        if (tree.isTextual() && tree.asText().matches("[0-9]+s")) {
            return JsonNodeFactory.instance.textNode("AGE");
        }
        if (tree.isTextual()) {
            return JsonNodeFactory.instance.textNode(text(tree.asText()));
        }
        if (tree instanceof ArrayNode array) {
            ArrayNode copy = JsonNodeFactory.instance.arrayNode();
            array.forEach(each -> copy.add(without(each)));
            return copy;
        }
        if (tree instanceof ObjectNode object) {
            ObjectNode copy = JsonNodeFactory.instance.objectNode();
            if (object.has("priority")) { // the texts of columns are everybody's own
                object.put("description", "");
            }
            SortedMap<String, JsonNode> sorted = new TreeMap<>();
            object.properties().forEach(e -> sorted.put(e.getKey(), e.getValue()));
            sorted.forEach((name, value) -> copy.set(
                    name,
                    name.equals("resourceVersion") && !value.asText().isEmpty()
                            ? JsonNodeFactory.instance.textNode("REVISION")
                            : without(value)));
            return copy;
        }
        return tree;
    }

    private String text(String text) {
        String plain = text.replace(group, "GROUP")
                .replaceAll("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", "UID")
                .replaceAll("2[0-9]{3}-[0-9]{2}-[0-9]{2}T[0-9:.]*(Z|[+-][0-9:]{5})", "TIME")
                .replaceAll("version: [0-9]+, current: [0-9]+", "version: REVISION, current: REVISION")
                .replaceAll("(?<=:)" + port, "PORT")
                .replaceAll(" on [0-9.:]+: no such host", ": no such host")
                .replaceAll("(?s)is missing in '.*'", "is missing in 'OBJECT'")
                .replaceAll("127\\.0\\.0\\.1:[0-9]{5}(?=->)", "CLIENT");
        return plain.length() > LONG * 10 ? plain.substring(0, LONG) + "... " + plain.length() : plain;
    }
}
