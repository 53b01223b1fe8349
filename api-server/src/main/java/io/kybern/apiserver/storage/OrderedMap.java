package io.kybern.apiserver.storage;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/**
 * An immutable ordered map: a change makes a new map that shares all but the path to the changed entry, so a snapshot
 * is a reference and costs nothing. Look-up, change and rank are O(log n).
 *
 * <p>A weight-balanced binary tree (Nievergelt, Reingold; the parameters 3 and 2 are those proven by Hirai and
 * Yamamoto, "Balancing weight-balanced trees", 2011). Each node knows the size of its subtree, which gives {@link #rank}:
 * the number of entries of a namespace is a difference of two ranks. It also knows the marks that occur in it (see {@link
 * Marked}), so that a walk in search of some marks passes by what lacks them. A node is 40 bytes.
 *
 * <pre>
 *   before           put("c")            both maps remain valid
 *      b                b'               b' is new, a is shared
 *     / \              / \
 *    a   d            a   d'             d' is new and has c to its left
 * </pre>
 */
public final class OrderedMap<K extends Comparable<K>, V> {
    private static final int DELTA = 3;
    private static final int RATIO = 2;
    private static final OrderedMap<?, ?> EMPTY = new OrderedMap<String, Object>(null);

    private final @Nullable Node<K, V> root;

    private OrderedMap(@Nullable Node<K, V> root) {
        this.root = root;
    }

    @SuppressWarnings("unchecked") // holds nothing
    public static <K extends Comparable<K>, V> OrderedMap<K, V> empty() {
        return (OrderedMap<K, V>) EMPTY;
    }

    /** Builds a balanced map from entries that are in strictly ascending order: O(n). */
    public static <K extends Comparable<K>, V> OrderedMap<K, V> ofSorted(List<? extends Map.Entry<K, V>> entries) {
        return new OrderedMap<>(build(entries, 0, entries.size()));
    }

    public int size() {
        return size(root);
    }

    public @Nullable V get(K key) {
        Node<K, V> node = root;
        while (node != null) {
            int order = key.compareTo(node.key);
            if (order == 0) {
                return node.value;
            }
            node = order < 0 ? node.left : node.right;
        }
        return null;
    }

    public OrderedMap<K, V> with(K key, V value) {
        return new OrderedMap<>(put(root, key, value));
    }

    /** This map without a key; this map itself if it does not hold it. */
    public OrderedMap<K, V> without(K key) {
        return get(key) == null ? this : new OrderedMap<>(remove(root, key));
    }

    /** Number of keys that are less than {@code key}. */
    public int rank(K key) {
        int rank = 0;
        Node<K, V> node = root;
        while (node != null) {
            if (key.compareTo(node.key) <= 0) {
                node = node.left;
            } else {
                rank += size(node.left) + 1;
                node = node.right;
            }
        }
        return rank;
    }

    /** Entries in order, from the first whose key is not less than {@code from}. */
    public Iterator<Map.Entry<K, V>> iteratorFrom(K from) {
        return iteratorFrom(from, 0);
    }

    /** As {@link #iteratorFrom(Comparable)}, without those of which it is certain that their values don't have all these marks. */
    public Iterator<Map.Entry<K, V>> iteratorFrom(K from, long marks) {
        return new Ascent<>(root, from, marks);
    }

    /** A value that can be searched for by what it has. */
    public interface Marked {
        /** A bit for each thing that it has; things may share bits. Always the same. */
        long marks();
    }

    /** What has no marks may have anything. */
    private static long marks(@Nullable Object value) {
        return value instanceof Marked marked ? marked.marks() : ~0L;
    }

    private static int size(@Nullable Node<?, ?> node) {
        return node == null ? 0 : node.size;
    }

    private static <K extends Comparable<K>, V> @Nullable Node<K, V> build(
            List<? extends Map.Entry<K, V>> entries, int from, int to) {
        if (from >= to) {
            return null;
        }
        int middle = (from + to) >>> 1;
        Map.Entry<K, V> entry = entries.get(middle);
        return new Node<>(
                entry.getKey(), entry.getValue(), build(entries, from, middle), build(entries, middle + 1, to));
    }

    private static <K extends Comparable<K>, V> Node<K, V> put(@Nullable Node<K, V> node, K key, V value) {
        if (node == null) {
            return new Node<>(key, value, null, null);
        }
        int order = key.compareTo(node.key);
        if (order == 0) {
            return new Node<>(node.key, value, node.left, node.right);
        }
        return order < 0
                ? balance(node.key, node.value, put(node.left, key, value), node.right)
                : balance(node.key, node.value, node.left, put(node.right, key, value));
    }

    private static <K extends Comparable<K>, V> @Nullable Node<K, V> remove(@Nullable Node<K, V> node, K key) {
        if (node == null) {
            return null;
        }
        int order = key.compareTo(node.key);
        if (order < 0) {
            return balance(node.key, node.value, remove(node.left, key), node.right);
        }
        if (order > 0) {
            return balance(node.key, node.value, node.left, remove(node.right, key));
        }
        Node<K, V> left = node.left;
        Node<K, V> right = node.right;
        if (left == null) {
            return right;
        }
        if (right == null) {
            return left;
        }
        Node<K, V> next = right;
        for (Node<K, V> lower = right.left; lower != null; lower = lower.left) {
            next = lower;
        }
        return balance(next.key, next.value, left, remove(right, next.key));
    }

    /** A node over two balanced trees of which one has grown or shrunk by one entry. */
    private static <K extends Comparable<K>, V> Node<K, V> balance(
            K key, V value, @Nullable Node<K, V> left, @Nullable Node<K, V> right) {
        int leftSize = size(left);
        int rightSize = size(right);
        if (leftSize + rightSize >= 2) {
            if (right != null && rightSize > DELTA * leftSize) {
                return rotateLeft(key, value, left, right);
            }
            if (left != null && leftSize > DELTA * rightSize) {
                return rotateRight(key, value, left, right);
            }
        }
        return new Node<>(key, value, left, right);
    }

    private static <K extends Comparable<K>, V> Node<K, V> rotateLeft(
            K key, V value, @Nullable Node<K, V> left, Node<K, V> right) {
        Node<K, V> inner = right.left;
        if (inner == null || inner.size < RATIO * size(right.right)) {
            return new Node<>(right.key, right.value, new Node<>(key, value, left, inner), right.right);
        }
        return new Node<>(
                inner.key,
                inner.value,
                new Node<>(key, value, left, inner.left),
                new Node<>(right.key, right.value, inner.right, right.right));
    }

    private static <K extends Comparable<K>, V> Node<K, V> rotateRight(
            K key, V value, Node<K, V> left, @Nullable Node<K, V> right) {
        Node<K, V> inner = left.right;
        if (inner == null || inner.size < RATIO * size(left.left)) {
            return new Node<>(left.key, left.value, left.left, new Node<>(key, value, inner, right));
        }
        return new Node<>(
                inner.key,
                inner.value,
                new Node<>(left.key, left.value, left.left, inner.left),
                new Node<>(key, value, inner.right, right));
    }

    private static final class Node<K, V> implements Map.Entry<K, V> {
        final K key;
        final V value;
        final @Nullable Node<K, V> left;
        final @Nullable Node<K, V> right;
        final int size;
        /** Of all values from here downwards. */
        final long marks;

        Node(K key, V value, @Nullable Node<K, V> left, @Nullable Node<K, V> right) {
            this.key = key;
            this.value = value;
            this.left = left;
            this.right = right;
            this.size = size(left) + size(right) + 1;
            this.marks = marks(value) | (left == null ? 0 : left.marks) | (right == null ? 0 : right.marks);
        }

        @Override
        public K getKey() {
            return key;
        }

        @Override
        public V getValue() {
            return value;
        }

        @Override
        public V setValue(V value) {
            throw new UnsupportedOperationException("immutable");
        }
    }

    /** In-order walk with a stack of the nodes that are still to come; the tree is never deeper than 2.1 log2 n. */
    private static final class Ascent<K extends Comparable<K>, V> implements Iterator<Map.Entry<K, V>> {
        private final List<Node<K, V>> pending = new ArrayList<>();
        private final long wanted;

        Ascent(@Nullable Node<K, V> root, K from, long wanted) {
            this.wanted = wanted;
            Node<K, V> node = root;
            while (node != null && mayHold(node.marks)) {
                if (from.compareTo(node.key) <= 0) {
                    pending.add(node);
                    node = node.left;
                } else {
                    node = node.right;
                }
            }
            pass();
        }

        private boolean mayHold(long marks) {
            return (marks & wanted) == wanted;
        }

        /** Moves on to the next node whose own value may have what is wanted. */
        private void pass() {
            while (!pending.isEmpty() && !mayHold(marks(pending.getLast().value))) {
                expand(pending.removeLast());
            }
        }

        private void expand(Node<K, V> left) {
            for (Node<K, V> node = left.right; node != null && mayHold(node.marks); node = node.left) {
                pending.add(node);
            }
        }

        @Override
        public boolean hasNext() {
            return !pending.isEmpty();
        }

        @Override
        public Map.Entry<K, V> next() {
            if (pending.isEmpty()) {
                throw new NoSuchElementException();
            }
            Node<K, V> result = pending.removeLast();
            expand(result);
            pass();
            return result;
        }
    }
}
