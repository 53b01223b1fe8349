package io.kybern.crd.merge;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A set of paths into an object, as a trie: at each level the elements in order, each with whether its own path is a
 * member and with the set below it. FieldsV1 is the same trie as JSON:
 *
 * <pre>
 * .data  .data.x              {"f:data": {".": {}, "f:x": {}}}
 * .spec.ports[port=80].name   {"f:spec": {"f:ports": {"k:{\"port\":80}": {"f:name": {}}}}}
 * </pre>
 *
 * Immutable; operations share what they need not change, and no level is ever empty but the root.
 */
public final class FieldSet {
    public static final FieldSet EMPTY = new FieldSet(new Node[0]);

    /** An element of a level; it is a member, or has something below it, or both. */
    private record Node(
            PathElement element, boolean member, @Nullable FieldSet below) {
        @Nullable Node with(boolean isMember, FieldSet newBelow) {
            if (newBelow.isEmpty()) {
                return isMember ? (member && below == null ? this : new Node(element, true, null)) : null;
            }
            return isMember == member && newBelow == below ? this : new Node(element, isMember, newBelow);
        }

        FieldSet children() {
            return below == null ? EMPTY : below;
        }
    }

    private final Node[] nodes;

    private FieldSet(Node[] nodes) {
        this.nodes = nodes;
    }

    /** The set of these paths. */
    @SafeVarargs
    public static FieldSet of(List<PathElement>... paths) {
        FieldSet all = EMPTY;
        for (List<PathElement> path : paths) {
            all = all.union(single(path));
        }
        return all;
    }

    /** The set of paths that consist of field names alone. */
    public static FieldSet ofFields(Iterable<List<String>> paths) {
        FieldSet all = EMPTY;
        for (List<String> path : paths) {
            all = all.union(single(path.stream().map(PathElement::field).toList()));
        }
        return all;
    }

    private static FieldSet single(List<PathElement> path) {
        FieldSet set = EMPTY;
        for (int i = path.size() - 1; i >= 0; i--) {
            boolean last = i == path.size() - 1;
            set = new FieldSet(new Node[] {new Node(path.get(i), last, last ? null : set)});
        }
        return set;
    }

    /** Collects the elements of one level in any order. Not thread-safe. */
    static final class Builder {
        private @Nullable List<Node> nodes;

        private void add(Node node) {
            List<Node> known = nodes;
            if (known == null) {
                known = new ArrayList<>();
                nodes = known;
            }
            known.add(node);
        }

        void member(PathElement element) {
            add(new Node(element, true, null));
        }

        void add(PathElement element, boolean member, FieldSet below) {
            if (member || !below.isEmpty()) {
                add(new Node(element, member, below.isEmpty() ? null : below));
            }
        }

        FieldSet build() {
            if (nodes == null) {
                return EMPTY;
            }
            Node[] sorted = nodes.toArray(Node[]::new);
            sort(sorted);
            int size = 0;
            for (Node node : sorted) {
                Node last = size == 0 ? null : sorted[size - 1];
                if (last != null && last.element.equals(node.element)) {
                    sorted[size - 1] = new Node(
                            last.element,
                            last.member || node.member,
                            orNull(last.children().union(node.children())));
                } else {
                    sorted[size++] = node;
                }
            }
            return new FieldSet(size == sorted.length ? sorted : Arrays.copyOf(sorted, size));
        }

        /** Stable. Few elements in the order of structs are nearly sorted, or soon are. */
        private static void sort(Node[] nodes) {
            if (nodes.length > 32) {
                Arrays.sort(nodes, Comparator.comparing(Node::element));
                return;
            }
            for (int i = 1; i < nodes.length; i++) {
                Node node = nodes[i];
                int at = i;
                for (; at > 0 && nodes[at - 1].element.compareTo(node.element) > 0; at--) {
                    nodes[at] = nodes[at - 1];
                }
                nodes[at] = node;
            }
        }

        private static @Nullable FieldSet orNull(FieldSet set) {
            return set.isEmpty() ? null : set;
        }
    }

    public boolean isEmpty() {
        return nodes.length == 0;
    }

    /** Whether a path may be in this set and in one in its JSON form: false only if no first step is in both. */
    boolean mayMeet(JsonNode fieldsV1) {
        for (Node node : nodes) {
            if (!node.element.isField() || fieldsV1.has(node.element.serialized())) {
                return true;
            }
        }
        return false;
    }

    /** The number of paths. */
    public int size() {
        int size = 0;
        for (Node node : nodes) {
            size += (node.member ? 1 : 0) + node.children().size();
        }
        return size;
    }

    public boolean has(List<PathElement> path) {
        FieldSet level = this;
        for (int i = 0; i < path.size(); i++) {
            Node node = level.find(path.get(i));
            if (node == null) {
                return false;
            }
            if (i == path.size() - 1) {
                return node.member;
            }
            level = node.children();
        }
        return false;
    }

    /** Whether the path of this one element is a member. */
    boolean hasMember(PathElement element) {
        Node node = find(element);
        return node != null && node.member;
    }

    /** The paths that begin with the element, without it. */
    FieldSet below(PathElement element) {
        Node node = find(element);
        return node == null ? EMPTY : node.children();
    }

    private @Nullable Node find(PathElement element) {
        int low = 0;
        int high = nodes.length - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            int order = nodes[middle].element.compareTo(element);
            if (order == 0) {
                return nodes[middle];
            }
            if (order < 0) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return null;
    }

    private interface Combine {
        @Nullable Node apply(@Nullable Node a, @Nullable Node b);
    }

    /** Both levels in step; the same set again if nothing changed. */
    private FieldSet zip(FieldSet other, Combine combine) {
        Node[] result = new Node[nodes.length + other.nodes.length];
        int size = 0;
        boolean changed = false;
        for (int i = 0, j = 0; i < nodes.length || j < other.nodes.length; ) {
            int order = i == nodes.length
                    ? 1
                    : j == other.nodes.length ? -1 : nodes[i].element.compareTo(other.nodes[j].element);
            Node a = order <= 0 ? nodes[i++] : null;
            Node b = order >= 0 ? other.nodes[j++] : null;
            Node combined = combine.apply(a, b);
            changed |= combined != a;
            if (combined != null) {
                result[size++] = combined;
            }
        }
        return !changed ? this : size == 0 ? EMPTY : new FieldSet(Arrays.copyOf(result, size));
    }

    public FieldSet union(FieldSet other) {
        if (other == this || other.isEmpty()) {
            return this;
        }
        if (isEmpty()) {
            return other;
        }
        return zip(
                other,
                (a, b) -> a == null
                        ? b
                        : b == null
                                ? a
                                : a.with(a.member || b.member, a.children().union(b.children())));
    }

    public FieldSet intersection(FieldSet other) {
        if (other == this || isEmpty()) {
            return this;
        }
        return zip(
                other,
                (a, b) -> a == null || b == null
                        ? null
                        : a.with(a.member && b.member, a.children().intersection(b.children())));
    }

    /** The paths of this set that are not in the other: {@code .a.b} stays though {@code .a} is taken away. */
    public FieldSet difference(FieldSet other) {
        if (isEmpty() || other.isEmpty()) {
            return this;
        }
        return zip(
                other,
                (a, b) -> a == null || b == null
                        ? a
                        : a.with(a.member && !b.member, a.children().difference(b.children())));
    }

    /** As {@link #difference}, but taking {@code .a} away takes all below it too. */
    public FieldSet recursiveDifference(FieldSet other) {
        if (isEmpty() || other.isEmpty()) {
            return this;
        }
        return zip(
                other,
                (a, b) -> a == null || b == null
                        ? a
                        : b.member ? null : a.with(a.member, a.children().recursiveDifference(b.children())));
    }

    /** Visits each level's elements in order. */
    void forEach(Visitor visitor) {
        for (Node node : nodes) {
            visitor.visit(node.element, node.member, node.children());
        }
    }

    interface Visitor {
        void visit(PathElement element, boolean member, FieldSet below);
    }

    /** Every path: first all members of a level, then what is below. The list is reused: copy it to keep it. */
    public void forEachPath(Consumer<List<PathElement>> action) {
        walk(new ArrayList<>(), action);
    }

    private void walk(List<PathElement> path, Consumer<List<PathElement>> action) {
        for (Node node : nodes) {
            if (node.member) {
                path.add(node.element);
                action.accept(path);
                path.removeLast();
            }
        }
        for (Node node : nodes) {
            path.add(node.element);
            node.children().walk(path, action);
            path.removeLast();
        }
    }

    /**
     * Reads FieldsV1.
     *
     * @throws IllegalArgumentException if it is malformed
     */
    public static FieldSet parse(JsonNode fieldsV1) {
        Builder builder = new Builder();
        for (Map.Entry<String, JsonNode> e : fieldsV1.properties()) {
            if (e.getKey().equals(".")) {
                continue;
            }
            JsonNode inner = e.getValue();
            if (!inner.isObject() && !inner.isNull()) {
                throw new IllegalArgumentException("expected an object at " + e.getKey());
            }
            Optional<PathElement> element = PathElement.parse(e.getKey());
            FieldSet below = parse(inner);
            element.ifPresent(p -> builder.add(p, inner.isEmpty() || inner.has("."), below));
        }
        return builder.build();
    }

    /** Writes FieldsV1. */
    public ObjectNode toJson() {
        return write(JsonNodeFactory.instance.objectNode());
    }

    private ObjectNode write(ObjectNode into) {
        for (Node node : nodes) {
            ObjectNode inner = into.putObject(node.element.serialized());
            if (node.below != null) {
                if (node.member) {
                    inner.putObject(".");
                }
                node.below.write(inner);
            }
        }
        return into;
    }

    @Override
    public boolean equals(Object other) {
        return this == other || (other instanceof FieldSet set && Arrays.equals(nodes, set.nodes));
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(nodes);
    }

    /** One path a line. */
    @Override
    public String toString() {
        List<String> lines = new ArrayList<>();
        forEachPath(path -> lines.add(print(path)));
        return String.join("\n", lines);
    }

    /** A path as messages print it. */
    static String print(List<PathElement> path) {
        StringBuilder out = new StringBuilder();
        path.forEach(out::append);
        return out.toString();
    }
}
