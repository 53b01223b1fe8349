package io.kybern.crd.merge;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.crd.field.FieldErrors;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * One step into an object: a field by name, an item of a keyed list by its keys, an item of a set by its value, an item
 * of any list by its index. Immutable. The order is that of FieldsV1.
 */
public final class PathElement implements Comparable<PathElement> {
    private enum Kind {
        FIELD('f'),
        KEY('k'),
        VALUE('v'),
        INDEX('i');

        private final char prefix;

        Kind(char prefix) {
            this.prefix = prefix;
        }
    }

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Kind kind;
    /** A field's name, else the JSON of what identifies the item, keys sorted. */
    private final String text;

    private final JsonNode value;

    private PathElement(Kind kind, String text, JsonNode value) {
        this.kind = kind;
        this.text = text;
        this.value = value;
    }

    public static PathElement field(String name) {
        return new PathElement(Kind.FIELD, name, NullNode.instance);
    }

    /** @param keys the key fields of an item with their values */
    public static PathElement key(ObjectNode keys) {
        ObjectNode sorted = keys;
        if (keys.size() > 1) {
            sorted = JsonNodeFactory.instance.objectNode();
            Map<String, JsonNode> byName = new TreeMap<>();
            keys.propertyStream().forEach(e -> byName.put(e.getKey(), e.getValue()));
            sorted.setAll(byName);
        }
        return new PathElement(Kind.KEY, escaped(sorted), sorted);
    }

    public static PathElement value(JsonNode scalar) {
        return new PathElement(Kind.VALUE, escaped(scalar), scalar);
    }

    public static PathElement index(int index) {
        return new PathElement(Kind.INDEX, Integer.toString(index), JsonNodeFactory.instance.numberNode(index));
    }

    /**
     * Reads the form of FieldsV1: {@code f:name}, {@code k:{"name":"a"}}, {@code v:"x"}, {@code i:0}; empty for a kind
     * of element that later versions may add.
     *
     * @throws IllegalArgumentException if it is malformed
     */
    public static Optional<PathElement> parse(String serialized) {
        if (serialized.length() < 2 || serialized.charAt(1) != ':') {
            throw new IllegalArgumentException("missing colon: " + serialized);
        }
        String rest = serialized.substring(2);
        return switch (serialized.charAt(0)) {
            case 'f' -> Optional.of(field(rest));
            case 'k' -> {
                if (!(json(rest) instanceof ObjectNode keys)) {
                    throw new IllegalArgumentException("not an object: " + rest);
                }
                yield Optional.of(key(keys));
            }
            case 'v' -> Optional.of(value(json(rest)));
            case 'i' -> Optional.of(index(Integer.parseInt(rest)));
            default -> Optional.empty();
        };
    }

    private static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e.getOriginalMessage(), e);
        }
    }

    /** JSON with the characters escaped that Go's encoder escapes for the sake of HTML. */
    private static String escaped(JsonNode node) {
        StringBuilder plain = new StringBuilder(32);
        if (append(node, plain)) {
            return plain.toString();
        }
        String text = node.toString();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '<' || c == '>' || c == '&' || c == 0x2028 || c == 0x2029) {
                return text.replace("<", "\\u003c")
                        .replace(">", "\\u003e")
                        .replace("&", "\\u0026")
                        .replace("\u2028", "\\u2028")
                        .replace("\u2029", "\\u2029");
            }
        }
        return text;
    }

    /** Appends what needs no escapes, as nearly all keys do; false where something does. */
    private static boolean append(JsonNode node, StringBuilder out) {
        switch (node.getNodeType()) {
            case STRING -> {
                return append(node.textValue(), out);
            }
            case NUMBER, BOOLEAN -> {
                if (!node.isIntegralNumber() && !node.isBoolean()) {
                    return false;
                }
                out.append(node.asText());
                return true;
            }
            case OBJECT -> {
                char before = '{';
                for (Map.Entry<String, JsonNode> member : node.properties()) {
                    out.append(before);
                    before = ',';
                    if (!append(member.getKey(), out)
                            || !member.getValue().isValueNode()
                            || !append(member.getValue(), out.append(':'))) {
                        return false;
                    }
                }
                if (before == '{') {
                    out.append('{');
                }
                out.append('}');
                return true;
            }
            default -> {
                return false;
            }
        }
    }

    private static boolean append(String text, StringBuilder out) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < 0x20 || c > 0x7e || c == '"' || c == '\\' || c == '<' || c == '>' || c == '&') {
                return false;
            }
        }
        out.append('"').append(text).append('"');
        return true;
    }

    public boolean isField() {
        return kind == Kind.FIELD;
    }

    /** The name of a field; for the others the JSON that identifies the item. */
    public String text() {
        return text;
    }

    /** The form of FieldsV1. */
    public String serialized() {
        return kind.prefix + ":" + text;
    }

    @Override
    public int compareTo(PathElement other) {
        if (kind != other.kind) {
            return kind.compareTo(other.kind);
        }
        return switch (kind) {
            case FIELD -> text.compareTo(other.text);
            case KEY -> compareKeys(other);
            case VALUE, INDEX -> compareValues(value, other.value);
        };
    }

    private int compareKeys(PathElement other) {
        Iterator<Map.Entry<String, JsonNode>> mine = value.properties().iterator();
        Iterator<Map.Entry<String, JsonNode>> others = other.value.properties().iterator();
        while (mine.hasNext() && others.hasNext()) {
            Map.Entry<String, JsonNode> a = mine.next();
            Map.Entry<String, JsonNode> b = others.next();
            int byName = a.getKey().compareTo(b.getKey());
            int order = byName != 0 ? byName : compareValues(a.getValue(), b.getValue());
            if (order != 0) {
                return order;
            }
        }
        return Boolean.compare(mine.hasNext(), others.hasNext());
    }

    /** Numbers, then strings, then booleans, then the rest by their text. */
    private static int compareValues(JsonNode a, JsonNode b) {
        int byType = Integer.compare(rank(a), rank(b));
        if (byType != 0) {
            return byType;
        }
        if (a.isIntegralNumber() && b.isIntegralNumber()) {
            return Long.compare(a.longValue(), b.longValue());
        }
        return a.isNumber()
                ? Double.compare(a.doubleValue(), b.doubleValue())
                : a.asText().compareTo(b.asText());
    }

    private static int rank(JsonNode node) {
        return node.isNumber() ? 0 : node.isTextual() ? 1 : node.isBoolean() ? 2 : 3;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof PathElement e && kind == e.kind && text.equals(e.text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    /** As part of a path in a message: {@code .name}, {@code [name="a"]}, {@code [="x"]}, {@code [0]}. */
    @Override
    public String toString() {
        return switch (kind) {
            case FIELD -> "." + text;
            case KEY -> {
                StringBuilder out = new StringBuilder("[");
                for (Map.Entry<String, JsonNode> e : value.properties()) {
                    out.append(out.length() == 1 ? "" : ",")
                            .append(e.getKey())
                            .append('=')
                            .append(print(e.getValue()));
                }
                yield out.append(']').toString();
            }
            case VALUE -> "[=" + print(value) + "]";
            case INDEX -> "[" + text + "]";
        };
    }

    private static String print(JsonNode value) {
        return value.isTextual() ? FieldErrors.quote(value.textValue()) : value.toString();
    }
}
