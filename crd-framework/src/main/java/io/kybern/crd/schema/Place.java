package io.kybern.crd.schema;

import org.jspecify.annotations.Nullable;

/**
 * Where in an object a value stands, as validation by schema prints it. Its text is made when something is wrong there: below one
 * name of a megabyte there may be a hundred thousand values.
 */
final class Place {
    static final Place ROOT = new Place(null, "", "");

    private final @Nullable Place parent;
    private final String step;
    private final String end;

    private Place(@Nullable Place parent, String step, String end) {
        this.parent = parent;
        this.step = step;
        this.end = end;
    }

    /** A property that a schema names. */
    Place property(String name) {
        return this == ROOT ? new Place(this, name, "") : key(name);
    }

    /** What stands under a key that no schema names. */
    Place key(String name) {
        return new Place(this, ".", name);
    }

    Place index(int index) {
        return new Place(this, "[", index + "]");
    }

    @Override
    public String toString() {
        StringBuilder out = new StringBuilder();
        write(out);
        return out.toString();
    }

    private void write(StringBuilder out) {
        if (parent != null) {
            parent.write(out);
        }
        out.append(step).append(end);
    }
}
