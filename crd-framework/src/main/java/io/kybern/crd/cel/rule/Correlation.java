package io.kybern.crd.cel.rule;

import com.fasterxml.jackson.databind.JsonNode;
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
    record Pair(JsonNode value, JsonNode old, Schema schema) {
        boolean unchanged() {
            return value.equals(old);
        }

        @Nullable Pair key(String name) {
            JsonNode now = value.get(name);
            JsonNode before = old.get(name);
            Schema child = schema.child(name);
            return now == null || before == null || !child.declared() ? null : new Pair(now, before, child);
        }

        @Nullable Pair index(int index) {
            if (!schema.isKeyedList()) {
                return null;
            }
            JsonNode now = value.get(index);
            JsonNode before = keyed(now, old, schema);
            return before == null ? null : new Pair(now, before, schema.item());
        }
    }

    static Correlation of(JsonNode value, JsonNode old, Schema schema) {
        return new Correlation(new Pair(value, old, schema), null);
    }

    /** The item of a keyed list that has the same keys. */
    static @Nullable JsonNode keyed(JsonNode item, JsonNode list, Schema schema) {
        if (!schema.isKeyedList()) {
            return null;
        }
        for (JsonNode candidate : list) {
            if (schema.listMapKeys().stream().allMatch(k -> item.path(k).equals(candidate.path(k)))) {
                return candidate;
            }
        }
        return null;
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
