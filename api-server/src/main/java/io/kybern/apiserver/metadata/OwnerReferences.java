package io.kybern.apiserver.metadata;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Owner references that are there twice count once. Source: {@code apiserver/pkg/endpoints/handlers/rest.go}. */
public final class OwnerReferences {
    private OwnerReferences() {}

    /**
     * Leaves each reference once.
     *
     * @param afterAdmission whether a mutating plugin may have added them
     * @return what the client is warned of, if there were some too many
     */
    public static Optional<String> dedup(ObjectNode metadata, boolean afterAdmission) {
        JsonNode references = metadata.path("ownerReferences");
        Set<JsonNode> seen = new HashSet<>();
        List<String> duplicates = new ArrayList<>();
        ArrayNode once = JsonNodeFactory.instance.arrayNode();
        for (JsonNode reference : references) {
            if (seen.add(reference)) {
                once.add(reference);
            } else {
                duplicates.add(reference.path("uid").asText(""));
            }
        }
        if (duplicates.isEmpty()) {
            return Optional.empty();
        }
        metadata.set("ownerReferences", once);
        return Optional.of(".metadata.ownerReferences contains duplicate entries"
                + (afterAdmission ? " after mutating admission happens" : "")
                + "; API server dedups owner references in 1.20+, and may reject such requests as early as 1.24;"
                + " please fix your requests; duplicate UID(s) observed: " + String.join(", ", duplicates));
    }
}
