package io.kybern.crd.schema;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.TreeMap;

/**
 * A text for each value, the same for equal ones, to look values up by: objects in which members come in another order are equal.
 * Trees themselves do as keys only as long as nobody makes their hashes equal: texts have an order, with which a table stays fast then.
 */
final class Canonical {
    private Canonical() {}

    /** Numbers of different kinds differ: 1 is not 1.0. */
    static String text(JsonNode value) {
        StringBuilder out = new StringBuilder();
        write(value, out);
        return out.toString();
    }

    private static void write(JsonNode value, StringBuilder out) {
        switch (value.getNodeType()) {
            case OBJECT -> {
                Map<String, JsonNode> sorted = new TreeMap<>();
                value.properties().forEach(e -> sorted.put(e.getKey(), e.getValue()));
                out.append('{');
                sorted.forEach((name, member) -> {
                    string(name, out);
                    write(member, out);
                });
                out.append('}');
            }
            case ARRAY -> {
                out.append('[');
                value.forEach(item -> write(item, out));
                out.append(']');
            }
            case STRING -> string(value.textValue(), out);
            case NUMBER ->
                out.append(value.isIntegralNumber() ? 'i' : 'd')
                        .append(value.isIntegralNumber() ? value.asText() : Double.toString(value.doubleValue()))
                        .append(',');
            default -> out.append(value.asText()).append(',');
        }
    }

    private static void string(String text, StringBuilder out) {
        out.append('"').append(text.length()).append(':').append(text);
    }
}
