package io.kybern.crd.field;

import org.jspecify.annotations.Nullable;

/**
 * A path into an object as Kubernetes prints it: {@code spec.containers[0].env[NAME]}. Immutable; children share
 * their parent, so that building a path while walking a tree costs one small object a step and no text.
 */
public final class FieldPath {
    private final @Nullable FieldPath parent;
    private final String element;
    private final boolean subscript;
    private final int length;

    private FieldPath(@Nullable FieldPath parent, String element, boolean subscript) {
        this.parent = parent;
        this.element = element;
        this.subscript = subscript;
        this.length =
                (parent == null ? 0 : parent.length) + element.length() + (subscript ? 2 : parent == null ? 0 : 1);
    }

    public static FieldPath of(String first, String... more) {
        FieldPath path = new FieldPath(null, first, false);
        for (String name : more) {
            path = path.child(name);
        }
        return path;
    }

    /** A path that starts with an index: {@code [3]}. */
    public static FieldPath ofIndex(int index) {
        return new FieldPath(null, Integer.toString(index), true);
    }

    /** What a path without a name prints as: {@code []}. */
    public static FieldPath unnamed() {
        return new FieldPath(null, "", true);
    }

    public FieldPath child(String name) {
        return new FieldPath(this, name, false);
    }

    public FieldPath index(int index) {
        return new FieldPath(this, Integer.toString(index), true);
    }

    /** An element of a map or keyed list: {@code labels[app]}. */
    public FieldPath key(String key) {
        return new FieldPath(this, key, true);
    }

    /** How many characters it prints as, or a few more. */
    public int length() {
        return length;
    }

    @Override
    public String toString() {
        StringBuilder out = new StringBuilder(length);
        write(out);
        return out.toString();
    }

    private void write(StringBuilder out) {
        if (parent != null) {
            parent.write(out);
        }
        if (subscript) {
            out.append('[').append(element).append(']');
        } else {
            if (!out.isEmpty()) {
                out.append('.');
            }
            out.append(element);
        }
    }
}
