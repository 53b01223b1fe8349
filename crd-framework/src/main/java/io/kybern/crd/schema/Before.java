package io.kybern.crd.schema;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How the values of an object compare with those that it had before, for one validation of it.
 *
 * <p>A value is unchanged only where its schema tells which old value is its own: items of keyed lists go by their keys,
 * those of other lists are compared as a whole, and a field that no schema declares counts as changed. Source:
 * {@code apiserver/pkg/cel/common.CorrelatedObject}. Each pair is compared once, however often it is asked for. Not for several
 * threads at a time.
 */
public final class Before {
    private final Map<JsonNode, Compared> compared = new IdentityHashMap<>();
    private final Map<JsonNode, Map<String, JsonNode>> keyed = new IdentityHashMap<>();

    private record Compared(JsonNode old, boolean same) {}

    /** Whether the value is what it was. */
    public boolean unchanged(JsonNode value, JsonNode old, Schema schema) {
        if (!value.isContainerNode() || value.getNodeType() != old.getNodeType()) {
            return ValueChecks.same(value, old);
        }
        Compared known = compared.get(value);
        if (known != null && known.old == old) {
            return known.same;
        }
        boolean same = value.size() == old.size()
                && (value.isObject() ? fields(value, old, schema) : items(value, old, schema));
        compared.put(value, new Compared(old, same));
        return same;
    }

    private boolean fields(JsonNode value, JsonNode old, Schema schema) {
        for (Map.Entry<String, JsonNode> field : value.properties()) {
            JsonNode was = old.get(field.getKey());
            Schema type = schema.child(field.getKey());
            if (was == null || !type.declared() || !unchanged(field.getValue(), was, type)) {
                return false;
            }
        }
        return true;
    }

    private boolean items(JsonNode value, JsonNode old, Schema schema) {
        if (!schema.isKeyedList()) {
            return ValueChecks.same(value, old);
        }
        for (JsonNode item : value) {
            JsonNode was = item(item, old, schema);
            if (was == null || !unchanged(item, was, schema.item())) {
                return false;
            }
        }
        return true;
    }

    /** The item of the old list that has the same keys, the first of them; null if there is none, or the list has no keys. */
    public @Nullable JsonNode item(JsonNode item, JsonNode old, Schema list) {
        if (!list.isKeyedList() || !old.isArray()) {
            return null;
        }
        String key = key(item, list);
        return key == null
                ? null
                : keyed.computeIfAbsent(old, o -> byKey(o, list)).get(key);
    }

    private static Map<String, JsonNode> byKey(JsonNode items, Schema list) {
        Map<String, JsonNode> found = new HashMap<>();
        for (JsonNode item : items) {
            String key = key(item, list);
            if (key != null) {
                found.putIfAbsent(key, item);
            }
        }
        return found;
    }

    private static @Nullable String key(JsonNode item, Schema list) {
        StringBuilder key = new StringBuilder();
        for (String name : list.listMapKeys()) {
            JsonNode value = item.get(name);
            if (value == null || value.isNull() || value.isContainerNode()) {
                return null;
            }
            key.append(Canonical.text(value));
        }
        return key.toString();
    }
}
