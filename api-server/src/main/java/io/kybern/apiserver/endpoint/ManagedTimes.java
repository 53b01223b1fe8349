package io.kybern.apiserver.endpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.function.Predicate;

/**
 * When managers wrote is no change of an object by itself: a write that brings only other times leaves it alone. Source:
 * {@code fieldmanager.IgnoreManagedFieldsTimestampsTransformer}.
 */
final class ManagedTimes {
    private static final String FIELDS = "managedFields";
    private static final String TIME = "time";

    private ManagedTimes() {}

    /**
     * Whether an update changes times alone.
     *
     * @param same whether an object is the stored one
     */
    static boolean onlyTheyDiffer(ObjectNode updated, ObjectNode existing, Predicate<ObjectNode> same) {
        JsonNode now = updated.path("metadata").path(FIELDS);
        JsonNode before = existing.path("metadata").path(FIELDS);
        if (now.isEmpty() || now.size() != before.size() || now.equals(before)) {
            return false;
        }
        for (int i = 0; i < now.size(); i++) {
            if (!withoutTime(now.get(i)).equals(withoutTime(before.get(i)))) {
                return false;
            }
        }
        ObjectNode candidate = updated.deepCopy();
        candidate.withObject("/metadata").set(FIELDS, before);
        return same.test(candidate);
    }

    private static JsonNode withoutTime(JsonNode entry) {
        return entry instanceof ObjectNode object && object.has(TIME)
                ? object.deepCopy().without(TIME)
                : entry;
    }
}
