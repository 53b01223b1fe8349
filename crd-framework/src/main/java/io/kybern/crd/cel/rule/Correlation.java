package io.kybern.crd.cel.rule;

import com.fasterxml.jackson.databind.JsonNode;
import io.kybern.crd.schema.Before;
import io.kybern.crd.schema.Schema;
import org.jspecify.annotations.Nullable;

/**
 * A value and what it was before. What does not hold of a value that has not changed is only warned of.
 *
 * @param nearest the innermost value around this one that has an old one, if this one has none
 */
record Correlation(@Nullable Pair current, @Nullable Pair nearest) {
    static final Correlation NONE = new Correlation(null, null);

    /** A value with its old one. */
    record Pair(JsonNode value, JsonNode old, Schema schema, Before before) {
        boolean unchanged() {
            return before.unchanged(value, old, schema);
        }

        @Nullable Pair key(String name) {
            JsonNode now = value.get(name);
            JsonNode was = old.get(name);
            Schema child = schema.child(name);
            return now == null || was == null || !child.declared() ? null : new Pair(now, was, child, before);
        }

        @Nullable Pair index(int index) {
            JsonNode now = value.get(index);
            JsonNode was = before.item(now, old, schema);
            return was == null ? null : new Pair(now, was, schema.item(), before);
        }
    }

    static Correlation of(JsonNode value, JsonNode old, Schema schema, Before before) {
        return new Correlation(new Pair(value, old, schema, before), null);
    }

    boolean unchanged() {
        return current != null ? current.unchanged() : nearest != null && nearest.unchanged();
    }

    Correlation key(String name) {
        if (current == null) {
            return this;
        }
        if (nearest == null && (name.equals("apiVersion") || name.equals("kind"))) {
            return NONE; // both are converted to the same: a change can't be seen
        }
        return new Correlation(current.key(name), current);
    }

    Correlation index(int index) {
        return current == null ? this : new Correlation(current.index(index), current);
    }
}
