package io.kybern.operators.controller.history;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.TreeSet;

/**
 * JSON to the byte as Go's {@code encoding/json} writes a map: members in the order of their names, no blanks, and escaped
 * what could be taken for HTML. Hashes are made over it.
 */
final class GoJson {
    private GoJson() {}

    static String write(JsonNode tree) {
        StringBuilder out = new StringBuilder();
        write(tree, out);
        return out.toString();
    }

    private static void write(JsonNode node, StringBuilder out) {
        if (node.isObject()) {
            char before = '{';
            var names = new TreeSet<String>();
            node.fieldNames().forEachRemaining(names::add);
            for (String name : names) {
                out.append(before);
                quote(name, out);
                out.append(':');
                write(node.get(name), out);
                before = ',';
            }
            out.append(names.isEmpty() ? "{}" : "}");
        } else if (node.isArray()) {
            char before = '[';
            for (JsonNode item : node) {
                out.append(before);
                write(item, out);
                before = ',';
            }
            out.append(node.isEmpty() ? "[]" : "]");
        } else if (node.isTextual()) {
            quote(node.textValue(), out);
        } else {
            out.append(node.asText());
        }
    }

    private static void quote(String text, StringBuilder out) {
        out.append('"');
        for (char c : text.toCharArray()) {
            switch (c) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                case '\b' -> out.append("\\b");
                case '\f' -> out.append("\\f");
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                case '<', '>', '&', '\u2028', '\u2029' -> unicode(c, out);
                default -> {
                    if (c < ' ') {
                        unicode(c, out);
                    } else {
                        out.append(c);
                    }
                }
            }
        }
        out.append('"');
    }

    private static void unicode(char c, StringBuilder out) {
        out.append("\\u").append("%04x".formatted((int) c));
    }
}
