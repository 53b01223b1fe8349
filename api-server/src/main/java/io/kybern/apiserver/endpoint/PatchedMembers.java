package io.kybern.apiserver.endpoint;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Optional;
import java.util.Set;

/** Which members of an object a patch may change or look at. */
final class PatchedMembers {
    private PatchedMembers() {}

    /**
     * Their names.
     *
     * @param type of the patch, by its media type
     * @return empty where that is hard to tell, or where it may be all
     */
    static Optional<Set<String>> of(String type, JsonNode patch) {
        Set<String> names = new HashSet<>();
        boolean known = type.equals(PatchChange.JSON)
                ? patch.isArray() && ofOperations(patch, names)
                : patch.isObject() && ofMembers(patch, names);
        return known ? Optional.of(names) : Optional.empty();
    }

    /** A directive of a strategic merge patch is about the whole, or about a member that it names. */
    private static boolean ofMembers(JsonNode patch, Set<String> names) {
        for (Iterator<String> members = patch.fieldNames(); members.hasNext(); ) {
            String name = members.next();
            if (name.startsWith("$")) {
                return false;
            }
            names.add(name);
        }
        return true;
    }

    private static boolean ofOperations(JsonNode patch, Set<String> names) {
        for (JsonNode operation : patch) {
            boolean known = ofPointer(operation.path("path"), names)
                    && (!operation.has("from") || ofPointer(operation.path("from"), names));
            if (!known) {
                return false;
            }
        }
        return true;
    }

    private static boolean ofPointer(JsonNode pointer, Set<String> names) {
        String text = pointer.asText("");
        if (!text.startsWith("/") || text.indexOf('~') >= 0) {
            return false;
        }
        int end = text.indexOf('/', 1);
        names.add(end < 0 ? text.substring(1) : text.substring(1, end));
        return true;
    }
}
