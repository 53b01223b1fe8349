package io.kybern.crd.merge;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.crd.schema.Schema;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What differs between two versions of an object, by field. What is equal costs one walk and no memory.
 *
 * <p>A built-in kind is a struct upstream, and some fields of a struct are there though nobody wrote them
 * ({@link ZeroValues}). So {@code f:spec} is not owned itself while {@code f:labels} is.
 */
record Comparison(FieldSet added, FieldSet modified, FieldSet removed) {
    private static final ObjectNode NOTHING = JsonNodeFactory.instance.objectNode();

    /** Metadata that no manager ever owns; never compared. */
    private static final Set<String> UNOWNED_METADATA = Set.of(
            "name",
            "namespace",
            "creationTimestamp",
            "selfLink",
            "uid",
            "clusterName",
            "generation",
            "managedFields",
            "resourceVersion");

    /** @param structured the kind is a struct upstream: a built-in one */
    static Comparison of(JsonNode before, JsonNode after, Schema schema, boolean structured) {
        Walk walk = new Walk(structured);
        Delta delta = new Delta();
        walk.root(before, after, schema, delta);
        return new Comparison(delta.added.build(), delta.modified.build(), delta.removed.build());
    }

    boolean isEmpty() {
        return added.isEmpty() && modified.isEmpty() && removed.isEmpty();
    }

    Comparison without(FieldSet fields) {
        return fields.isEmpty()
                ? this
                : new Comparison(
                        added.recursiveDifference(fields),
                        modified.recursiveDifference(fields),
                        removed.recursiveDifference(fields));
    }

    /** Whether two trees are the same value: numbers by size, key order apart. */
    static boolean same(JsonNode a, JsonNode b) {
        return a == b || a.equals(Comparison::compareLeaves, b);
    }

    private static int compareLeaves(JsonNode a, JsonNode b) {
        if (a.isNumber() && b.isNumber()) {
            return a.isIntegralNumber() && b.isIntegralNumber()
                    ? Long.compare(a.longValue(), b.longValue())
                    : Double.compare(a.doubleValue(), b.doubleValue());
        }
        return a.equals(b) ? 0 : 1;
    }

    /** What differs at one level. */
    private static final class Delta {
        final FieldSet.Builder added = new FieldSet.Builder();
        final FieldSet.Builder modified = new FieldSet.Builder();
        final FieldSet.Builder removed = new FieldSet.Builder();

        /** Hangs what differs below an element under it. */
        void add(PathElement element, Delta below, boolean wasAdded, boolean wasModified, boolean wasRemoved) {
            added.add(element, wasAdded, below.added.build());
            modified.add(element, wasModified, below.modified.build());
            removed.add(element, wasRemoved, below.removed.build());
        }
    }

    private record Walk(boolean structured) {
        void root(JsonNode before, JsonNode after, Schema schema, Delta delta) {
            boolean preserve = schema.preserveUnknownFields();
            for (String field : names(before, after)) {
                if (field.equals("apiVersion") || field.equals("kind")) {
                    continue;
                }
                JsonNode l = present(before, field, schema, after);
                JsonNode r = present(after, field, schema, before);
                Schema type = Shape.field(schema, field, preserve);
                if (field.equals("metadata")) {
                    Delta below = new Delta();
                    fields(l == null ? NOTHING : l, r == null ? NOTHING : r, type, preserve, UNOWNED_METADATA, below);
                    delta.add(PathElement.field(field), below, false, false, false);
                } else {
                    value(PathElement.field(field), l, r, type, preserve, delta);
                }
            }
        }

        /** One field or item of which at least one side is there. */
        private void value(
                PathElement element,
                @Nullable JsonNode l,
                @Nullable JsonNode r,
                Schema schema,
                boolean preserve,
                Delta delta) {
            if (l == null || r == null) {
                JsonNode only = l == null ? r : l;
                if (only != null) {
                    (l == null ? delta.added : delta.removed).add(element, true, below(only, schema, preserve));
                }
                return;
            }
            if (same(l, r)) {
                return;
            }
            Delta below = new Delta();
            boolean keeps = preserve || schema.preserveUnknownFields();
            Shape left = Shape.of(schema, l);
            Shape right = Shape.of(schema, r);
            boolean leaf;
            if (left == right || l.isNull() || r.isNull()) {
                Shape shape = r.isNull() ? left : right;
                leaf = shape.isAtomic() || (isEmpty(l) && isEmpty(r));
                if (!leaf) {
                    children(shape, container(l), container(r), schema, keeps, below);
                }
            } else {
                // Another kind of value altogether: what was below goes, what is below comes.
                leaf = left.isAtomic() || right.isAtomic();
                if (!left.isAtomic()) {
                    children(left, l, null, schema, keeps, below);
                }
                if (!right.isAtomic()) {
                    children(right, null, r, schema, keeps, below);
                }
            }
            delta.add(element, below, false, leaf, false);
        }

        /** All that is below a value that is new or gone, as nearly all of an object is that is created; what nobody wrote is not. */
        private static FieldSet below(JsonNode node, Schema schema, boolean preserve) {
            Shape shape = Shape.of(schema, node);
            if (shape.isAtomic() || isEmpty(node)) {
                return FieldSet.EMPTY;
            }
            FieldSet.Builder below = new FieldSet.Builder();
            below(shape, node, schema, preserve || schema.preserveUnknownFields(), below);
            return below.build();
        }

        private static void below(Shape shape, JsonNode node, Schema schema, boolean preserve, FieldSet.Builder below) {
            if (!shape.isList()) {
                for (Map.Entry<String, JsonNode> e : node.properties()) {
                    Schema type = Shape.field(schema, e.getKey(), preserve);
                    below.add(PathElement.field(e.getKey()), true, below(e.getValue(), type, preserve));
                }
                return;
            }
            Schema type = Shape.item(schema);
            for (Map.Entry<PathElement, List<JsonNode>> e :
                    index(schema, shape, node).entrySet()) {
                List<JsonNode> items = e.getValue();
                below.add(
                        e.getKey(), true, items.size() == 1 ? below(items.getFirst(), type, preserve) : FieldSet.EMPTY);
            }
        }

        private static boolean isEmpty(JsonNode node) {
            return node.isEmpty() && (node.isContainerNode() || node.isNull());
        }

        private static @Nullable JsonNode container(JsonNode node) {
            return node.isNull() ? null : node;
        }

        private void children(
                Shape shape, @Nullable JsonNode l, @Nullable JsonNode r, Schema schema, boolean preserve, Delta delta) {
            if (l == null || r == null) {
                JsonNode only = l == null ? r : l;
                if (only != null && !only.isNull()) {
                    below(shape, only, schema, preserve, l == null ? delta.added : delta.removed);
                }
            } else if (shape.isList()) {
                items(shape, l, r, schema, preserve, delta);
            } else {
                fields(l, r, schema, preserve, Set.of(), delta);
            }
        }

        private void fields(JsonNode l, JsonNode r, Schema schema, boolean preserve, Set<String> but, Delta delta) {
            for (String field : names(l, r)) {
                if (!but.contains(field)) {
                    Schema type = Shape.field(schema, field, preserve);
                    value(
                            PathElement.field(field),
                            present(l, field, schema, r),
                            present(r, field, schema, l),
                            type,
                            preserve,
                            delta);
                }
            }
        }

        /** The field's value; where a struct would have it though nobody wrote it, its empty form. */
        private @Nullable JsonNode present(JsonNode object, String field, Schema schema, JsonNode other) {
            JsonNode value = object.get(field);
            if (value != null || !structured) {
                return value;
            }
            JsonNode otherValue = other.get(field);
            if (otherValue == null) {
                return null;
            }
            return otherValue.isNull() ? NullNode.instance : ZeroValues.of(schema, field);
        }

        private static List<String> names(JsonNode l, JsonNode r) {
            List<String> names = new ArrayList<>(l.size() + 4);
            l.fieldNames().forEachRemaining(names::add);
            r.fieldNames().forEachRemaining(n -> {
                if (!l.has(n)) {
                    names.add(n);
                }
            });
            return names;
        }

        /** Items by what identifies them; those that share it (which only old data do) count as one leaf. */
        private void items(
                Shape shape, @Nullable JsonNode l, @Nullable JsonNode r, Schema schema, boolean preserve, Delta delta) {
            Map<PathElement, List<JsonNode>> left = index(schema, shape, l);
            Map<PathElement, List<JsonNode>> right = index(schema, shape, r);
            Schema type = Shape.item(schema);
            left.forEach(
                    (element, ls) -> item(element, ls, right.getOrDefault(element, List.of()), type, preserve, delta));
            right.forEach((element, rs) -> {
                if (!left.containsKey(element)) {
                    item(element, List.of(), rs, type, preserve, delta);
                }
            });
        }

        private void item(
                PathElement element, List<JsonNode> ls, List<JsonNode> rs, Schema type, boolean preserve, Delta delta) {
            if (ls.size() <= 1 && rs.size() <= 1) {
                value(element, first(ls), first(rs), type, preserve, delta);
            } else if (ls.size() >= 2 && rs.size() >= 2) {
                if (ls.size() != rs.size() || !allSame(ls, rs)) {
                    delta.modified.member(element);
                }
            } else if (ls.size() >= 2) {
                if (!rs.isEmpty()) {
                    value(element, null, first(rs), type, preserve, delta);
                }
                delta.removed.member(element);
            } else {
                if (!ls.isEmpty()) {
                    value(element, first(ls), null, type, preserve, delta);
                }
                delta.added.member(element);
            }
        }

        private static boolean allSame(List<JsonNode> a, List<JsonNode> b) {
            for (int i = 0; i < a.size(); i++) {
                if (!same(a.get(i), b.get(i))) {
                    return false;
                }
            }
            return true;
        }

        private static @Nullable JsonNode first(List<JsonNode> list) {
            return list.isEmpty() ? null : list.getFirst();
        }

        private static Map<PathElement, List<JsonNode>> index(Schema schema, Shape shape, @Nullable JsonNode list) {
            if (list == null || list.isEmpty()) {
                return Map.of();
            }
            Map<PathElement, List<JsonNode>> index = LinkedHashMap.newLinkedHashMap(list.size());
            for (JsonNode item : list) {
                PathElement element = Shape.element(schema, shape, item);
                List<JsonNode> known = index.putIfAbsent(element, List.of(item));
                if (known != null) {
                    List<JsonNode> more = new ArrayList<>(known);
                    more.add(item);
                    index.put(element, more);
                }
            }
            return index;
        }
    }
}
