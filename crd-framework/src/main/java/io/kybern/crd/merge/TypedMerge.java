package io.kybern.crd.merge;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.crd.schema.Schema;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Lays what a manager applies over a live object: leaves of the applied object win, nothing is removed. Items of merged
 * lists come in the applied order, with those that only the live object has kept where they stood.
 */
final class TypedMerge {
    private TypedMerge() {}

    /** The merged object; it shares the parts that it takes over unchanged with its sources. */
    static ObjectNode merge(ObjectNode live, ObjectNode applied, Schema schema) {
        return merge(live, applied, schema, schema.preserveUnknownFields()) instanceof ObjectNode merged
                ? merged
                : JsonNodeFactory.instance.objectNode();
    }

    /** The merged value, or null where nothing comes of it: an object or list without a field or item. */
    private static @Nullable JsonNode merge(
            @Nullable JsonNode live, @Nullable JsonNode applied, Schema schema, boolean preserve) {
        if (applied == null) {
            return live;
        }
        if (live == null) {
            return applied;
        }
        Shape shape = applied.isNull() ? Shape.of(schema, live) : Shape.of(schema, applied);
        boolean keeps = preserve || schema.preserveUnknownFields();
        boolean bothEmpty = live.isEmpty() && applied.isEmpty();
        if (shape.isAtomic() || bothEmpty) {
            return applied;
        }
        if (shape == Shape.MAP) {
            return mergeMap(live, applied, schema, keeps);
        }
        return mergeList(live, applied, schema, shape, keeps);
    }

    private static @Nullable JsonNode mergeMap(JsonNode live, JsonNode applied, Schema schema, boolean preserve) {
        ObjectNode out = JsonNodeFactory.instance.objectNode();
        for (Map.Entry<String, JsonNode> e : live.properties()) {
            put(out, e.getKey(), e.getValue(), applied.get(e.getKey()), schema, preserve);
        }
        for (Map.Entry<String, JsonNode> e : applied.properties()) {
            if (!live.has(e.getKey())) {
                put(out, e.getKey(), null, e.getValue(), schema, preserve);
            }
        }
        return out.isEmpty() ? null : out;
    }

    private static void put(
            ObjectNode out,
            String field,
            @Nullable JsonNode live,
            @Nullable JsonNode applied,
            Schema schema,
            boolean preserve) {
        JsonNode merged = merge(live, applied, Shape.field(schema, field, preserve), preserve);
        if (merged != null) {
            out.set(field, merged);
        }
    }

    private static @Nullable JsonNode mergeList(
            JsonNode live, JsonNode applied, Schema schema, Shape shape, boolean preserve) {
        List<PathElement> leftOrder = new ArrayList<>();
        Map<PathElement, JsonNode> left = new HashMap<>();
        Set<PathElement> duplicated = new HashSet<>();
        for (JsonNode item : live) {
            PathElement element = Shape.element(schema, shape, item);
            leftOrder.add(element);
            if (left.putIfAbsent(element, item) != null) {
                duplicated.add(element);
            }
        }
        List<PathElement> rightOrder = new ArrayList<>();
        Map<PathElement, JsonNode> right = new HashMap<>();
        for (JsonNode item : applied) {
            PathElement element = Shape.element(schema, shape, item);
            rightOrder.add(element);
            right.put(element, item);
        }
        ArrayNode out = JsonNodeFactory.instance.arrayNode();
        for (Step step : weave(leftOrder, rightOrder)) {
            JsonNode l = step.leftIndex >= 0
                    ? live.get(step.leftIndex)
                    : duplicated.contains(step.element) ? null : left.get(step.element);
            JsonNode merged = merge(l, right.get(step.element), Shape.item(schema), preserve);
            if (merged != null) {
                out.add(merged);
            }
        }
        return out.isEmpty() ? null : out;
    }

    /**
     * One item of the merged list.
     *
     * @param leftIndex where it stands in the live list, if only that has it; else -1
     */
    private record Step(PathElement element, int leftIndex) {}

    /** Both orders in one: the shared items in the right one's, each side's own items between the same neighbours. */
    private static List<Step> weave(List<PathElement> left, List<PathElement> right) {
        Set<PathElement> inLeft = new HashSet<>(left);
        Set<PathElement> inRight = new HashSet<>(right);
        List<PathElement> shared = right.stream().filter(inLeft::contains).toList();
        Set<PathElement> done = new HashSet<>();
        List<Step> steps = new ArrayList<>();
        int next = 0;
        int l = 0;
        int r = 0;
        while (l < left.size() || r < right.size()) {
            if (l < left.size() && r < right.size()) {
                PathElement element = left.get(l);
                if (element.equals(right.get(r))) {
                    done.add(element);
                    steps.add(new Step(element, -1));
                    l++;
                    r++;
                    next++;
                    continue;
                }
                if (inRight.contains(element)
                        && next < shared.size()
                        && !shared.get(next).equals(element)) {
                    l++;
                    continue;
                }
            }
            if (l < left.size()) {
                PathElement element = left.get(l);
                if (!inRight.contains(element)) {
                    steps.add(new Step(element, l));
                    l++;
                    continue;
                }
                if (done.contains(element)) {
                    l++;
                }
            }
            if (r < right.size()) {
                PathElement element = right.get(r);
                done.add(element);
                steps.add(new Step(element, -1));
                r++;
                if (next < shared.size() && shared.get(next).equals(element)) {
                    next++;
                }
            }
        }
        return steps;
    }
}
