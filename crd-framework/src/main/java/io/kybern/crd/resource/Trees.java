package io.kybern.crd.resource;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Set;

/** Moves of top-level fields between two versions of an object, for strategies. */
public final class Trees {
    private Trees() {}

    /** Makes {@code field} of {@code updated} what it is in {@code existing}, absent if it is absent there. */
    public static void keep(ObjectNode updated, ObjectNode existing, String field) {
        JsonNode old = existing.get(field);
        if (old == null) {
            updated.remove(field);
        } else {
            updated.set(field, old.deepCopy());
        }
    }

    /** As {@link #keep} for every top-level field of either object but those named. */
    public static void keepAllBut(ObjectNode updated, ObjectNode existing, Set<String> changeable) {
        for (String field :
                new ArrayList<>(updated.propertyStream().map(e -> e.getKey()).toList())) {
            if (!changeable.contains(field) && !existing.has(field)) {
                updated.remove(field);
            }
        }
        existing.propertyStream()
                .map(e -> e.getKey())
                .filter(f -> !changeable.contains(f))
                .forEach(f -> keep(updated, existing, f));
    }
}
