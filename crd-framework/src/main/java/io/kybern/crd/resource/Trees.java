package io.kybern.crd.resource;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reading and changing JSON trees, for strategies. */
public final class Trees {
    private Trees() {}

    /** Makes {@code field} of {@code updated} what it is in {@code existing}, absent if it is absent there. */
    public static void keep(ObjectNode updated, ObjectNode existing, String field) {
        JsonNode old = existing.get(field);
        if (old == null) {
            updated.remove(field);
        } else if (!old.equals(updated.get(field))) {
            updated.set(field, old.deepCopy());
        }
    }

    /** As {@link #keep} for every top-level field of either object but those named. */
    public static void keepAllBut(ObjectNode updated, ObjectNode existing, Set<String> changeable) {
        updated.properties()
                .removeIf(member -> !changeable.contains(member.getKey()) && !existing.has(member.getKey()));
        for (Map.Entry<String, JsonNode> member : existing.properties()) {
            if (!changeable.contains(member.getKey())) {
                keep(updated, existing, member.getKey());
            }
        }
    }

    /** A status update of some kinds changes no metadata: it stays what it was, but for the managed fields. */
    public static void keepMetadata(ObjectNode updated, ObjectNode existing) {
        ObjectNode kept = object(existing, "metadata").deepCopy();
        for (String field : List.of("managedFields", "resourceVersion")) {
            keep(kept, object(updated, "metadata"), field);
        }
        updated.set("metadata", kept);
    }

    /** The object in this field, put there empty if it is absent. */
    public static ObjectNode object(ObjectNode parent, String field) {
        return parent.get(field) instanceof ObjectNode present ? present : parent.putObject(field);
    }

    /** The elements of a list that are objects; none for a missing list. */
    public static List<ObjectNode> objects(JsonNode list) {
        List<ObjectNode> out = new ArrayList<>(list.size());
        for (JsonNode element : list) {
            if (element instanceof ObjectNode object) {
                out.add(object);
            }
        }
        return out;
    }

    /** The elements of a list as texts; none for a missing list. */
    public static List<String> texts(JsonNode list) {
        List<String> out = new ArrayList<>(list.size());
        list.forEach(element -> out.add(element.asText()));
        return out;
    }

    /** The node at a path of member names; a missing node if any is absent. */
    public static JsonNode at(JsonNode node, String... path) {
        JsonNode at = node;
        for (String name : path) {
            at = at.path(name);
        }
        return at;
    }

    /** The text at this path, empty if it is absent. */
    public static String text(JsonNode object, String... path) {
        return at(object, path).asText("");
    }

    /** The whole number at this path, 0 if it is absent. */
    public static long number(JsonNode node, String... path) {
        return at(node, path).asLong(0);
    }

    /** The truth value at this path, false if it is absent. */
    public static boolean flag(JsonNode node, String... path) {
        return at(node, path).asBoolean(false);
    }

    /** Whether anything is at this path. */
    public static boolean has(JsonNode node, String... path) {
        return !at(node, path).isMissingNode();
    }

    /** Puts a value in this field; a missing one removes it. */
    public static void set(ObjectNode node, String field, JsonNode value) {
        if (value.isMissingNode()) {
            node.remove(field);
        } else {
            node.set(field, value);
        }
    }

    /** The list in this field, put there empty if it is absent. */
    public static ArrayNode array(ObjectNode parent, String field) {
        return parent.get(field) instanceof ArrayNode present ? present : parent.putArray(field);
    }

    /** Sets a text that is absent or empty. */
    public static void defaultText(ObjectNode object, String field, String value) {
        if (text(object, field).isEmpty()) {
            object.put(field, value);
        }
    }

    /** Sets a text that is absent, as upstream where the field is a pointer: an empty one is kept and refused later. */
    public static void defaultPointer(ObjectNode object, String field, String value) {
        if (!object.has(field)) {
            object.put(field, value);
        }
    }

    /** Sets a number that is absent. */
    public static void defaultNumber(ObjectNode object, String field, long value) {
        if (!object.has(field)) {
            object.put(field, value);
        }
    }

    /** Sets a number that is absent or 0. */
    public static void defaultZero(ObjectNode node, String field, long value) {
        if (number(node, field) == 0) {
            node.put(field, value);
        }
    }

    /** Sets a truth value that is absent. */
    public static void defaultBoolean(ObjectNode object, String field, boolean value) {
        if (!object.has(field)) {
            object.put(field, value);
        }
    }

    /** Whether two trees are the same to Go after decoding: numbers by value, and an absent one equals an empty one. */
    public static boolean same(JsonNode a, JsonNode b) {
        if (isNothing(a) && isNothing(b)) {
            return true;
        }
        if (a.isNumber() && b.isNumber()) {
            return a.decimalValue().compareTo(b.decimalValue()) == 0;
        }
        if (a.isObject() && b.isObject()) {
            return a.propertyStream().allMatch(e -> same(e.getValue(), b.path(e.getKey())))
                    && b.propertyStream().allMatch(e -> a.has(e.getKey()) || isNothing(e.getValue()));
        }
        if (a.isArray() && b.isArray()) {
            boolean same = a.size() == b.size();
            for (int i = 0; same && i < a.size(); i++) {
                same = same(a.get(i), b.get(i));
            }
            return same;
        }
        return a.equals(b);
    }

    private static boolean isNothing(JsonNode node) {
        return node.isMissingNode() || node.isNull() || node.isContainerNode() && node.isEmpty();
    }
}
