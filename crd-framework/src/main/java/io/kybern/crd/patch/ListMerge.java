package io.kybern.crd.patch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.crd.patch.StrategicMergePatch.Strategy;
import io.kybern.crd.value.GoText;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Lists in a strategic merge patch: merged by key (or by value, for scalars), then ordered. */
final class ListMerge {
    private ListMerge() {}

    /**
     * Merges two lists; items of the patch come in its order, those only on the server keep theirs.
     *
     * @param deletion the patch lists scalars to take away
     */
    static ArrayNode merge(ArrayNode original, ArrayNode patch, Strategy strategy, boolean deletion) {
        if (original.isEmpty() && patch.isEmpty()) {
            return original;
        }
        checkItems(original, patch);
        JsonNode first = original.isEmpty() ? patch.get(0) : original.get(0);
        String key = strategy.mergeKey();
        if (!first.isObject()) {
            ArrayNode merged = original.arrayNode();
            original.forEach(v -> addUnless(deletion && contains(patch, v, ""), merged, v));
            if (deletion) {
                return merged;
            }
            ArrayNode all = original.arrayNode();
            merged.forEach(v -> addUnless(contains(all, v, ""), all, v));
            patch.forEach(v -> addUnless(contains(all, v, ""), all, v));
            return order(all, patch, original, "");
        }
        if (key.isEmpty()) {
            throw PatchException.internal("cannot merge lists without merge key for struct");
        }
        ArrayNode plain = original.arrayNode();
        ArrayNode base = original.deepCopy();
        boolean replace = false;
        for (JsonNode item : patch) {
            if (!StrategicMergePatch.hasDirective(item)) {
                plain.add(item);
            } else {
                replace |= isReplace(item, base, key);
            }
        }
        ArrayNode live = replace ? plain : base;
        ArrayNode changes = replace ? original.arrayNode() : plain;
        ArrayNode before = live.deepCopy();
        mergeItems(live, changes, key, strategy);
        return order(live, changes, before, key);
    }

    private static void addUnless(boolean condition, ArrayNode list, JsonNode value) {
        if (!condition) {
            list.add(value);
        }
    }

    /** Deletes what the directive deletes and tells whether it replaces the whole list. */
    private static boolean isReplace(JsonNode item, ArrayNode original, String key) {
        JsonNode directive = item.path("$patch");
        switch (directive.asText()) {
            case "delete" -> {
                JsonNode value = keyOf(item, key);
                for (int i = original.size() - 1; i >= 0; i--) {
                    if (matches(original.get(i), key, value)) {
                        original.remove(i);
                    }
                }
                return false;
            }
            case "replace" -> {
                return true;
            }
            case "merge" -> throw PatchException.internal("merging lists cannot yet be specified in the patch");
            default -> throw StrategicMergePatch.unknownDirective(directive, item);
        }
    }

    private static void mergeItems(ArrayNode live, ArrayNode changes, String key, Strategy strategy) {
        for (JsonNode change : changes) {
            JsonNode value = keyOf(change, key);
            int at = find(live, key, value);
            if (at >= 0) {
                live.set(
                        at,
                        StrategicMergePatch.mergeObject(
                                (ObjectNode) live.get(at), (ObjectNode) change.deepCopy(), strategy.schema()));
            } else {
                live.add(change);
            }
        }
    }

    /** The items that {@code order} names in its order, the others in that of {@code before}, both woven together. */
    static ArrayNode order(ArrayNode merged, ArrayNode order, ArrayNode before, String key) {
        List<JsonNode> ordered = new ArrayList<>();
        List<JsonNode> others = new ArrayList<>();
        for (JsonNode item : merged) {
            if (!key.isEmpty()) {
                keyOf(item, key);
            }
            (contains(order, item, key) ? ordered : others).add(item);
        }
        ordered.sort(Comparator.comparingInt(i -> position(order, i, key)));
        others.sort(Comparator.comparingInt(i -> position(before, i, key)));
        ArrayNode result = merged.arrayNode();
        int i = 0;
        int j = 0;
        while (i < others.size() || j < ordered.size()) {
            boolean takeOther =
                    j >= ordered.size() || (i < others.size() && isBefore(others.get(i), ordered.get(j), before, key));
            result.add(takeOther ? others.get(i++) : ordered.get(j++));
        }
        return result;
    }

    private static boolean isBefore(JsonNode left, JsonNode right, ArrayNode order, String key) {
        int l = position(order, left, key);
        int r = position(order, right, key);
        return l >= 0 && r >= 0 && l < r;
    }

    /** The items of a patch must stand in the order that its {@code $setElementOrder} gives. */
    static void checkOrder(ArrayNode patch, ArrayNode order, String key) {
        if (patch.isEmpty() || order.isEmpty()) {
            return;
        }
        int next = 0;
        for (JsonNode item : patch) {
            if (StrategicMergePatch.hasDirective(item)) {
                continue;
            }
            while (next < order.size() && !sameItem(item, order.get(next), key)) {
                next++;
            }
            if (next == order.size()) {
                throw PatchException.internal("The order in patch list:\n" + GoText.value(patch)
                        + "\n doesn't match $setElementOrder list:\n" + GoText.value(order) + "\n");
            }
            next++;
        }
    }

    private static void checkItems(ArrayNode original, ArrayNode patch) {
        String type = null;
        for (ArrayNode list : List.of(original, patch)) {
            for (JsonNode item : list) {
                if (type == null && item.isArray()) {
                    throw PatchException.rejected("lists of lists are not supported");
                }
                String actual = GoText.type(item);
                if (type != null && !type.equals(actual)) {
                    throw PatchException.internal("list element types are not identical: [" + GoText.value(original)
                            + " " + GoText.value(patch) + "]");
                }
                type = actual;
            }
        }
    }

    private static boolean contains(ArrayNode list, JsonNode item, String key) {
        return position(list, item, key) >= 0;
    }

    private static int position(ArrayNode list, JsonNode item, String key) {
        for (int i = 0; i < list.size(); i++) {
            if (sameItem(item, list.get(i), key)) {
                return i;
            }
        }
        return -1;
    }

    private static int find(ArrayNode list, String key, JsonNode value) {
        for (int i = 0; i < list.size(); i++) {
            if (matches(list.get(i), key, value)) {
                return i;
            }
        }
        return -1;
    }

    private static boolean matches(JsonNode item, String key, JsonNode value) {
        JsonNode actual = item.get(key);
        return actual != null && GoJson.same(actual, value);
    }

    private static boolean sameItem(JsonNode a, JsonNode b, String key) {
        return key.isEmpty() ? GoJson.same(a, b) : GoJson.same(keyOf(a, key), keyOf(b, key));
    }

    private static JsonNode keyOf(JsonNode item, String key) {
        if (!item.isObject()) {
            throw StrategicMergePatch.wrongType("map[string]interface {}", item);
        }
        @Nullable JsonNode value = item.get(key);
        if (value == null) {
            throw PatchException.internal(
                    "map: " + GoText.value(item) + " does not contain declared merge key: " + key);
        }
        return value;
    }
}
