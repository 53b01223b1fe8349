package io.kybern.apiserver.registry.core;

import static io.kybern.crd.resource.Trees.keep;
import static io.kybern.crd.resource.Trees.keepAllBut;
import static io.kybern.crd.resource.Trees.number;
import static io.kybern.crd.resource.Trees.object;
import static io.kybern.crd.resource.Trees.objects;
import static io.kybern.crd.resource.Trees.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** What an update of {@code pods/status} keeps from the old object. */
final class PodStatus {
    private PodStatus() {}

    /** {@code podIP} is the first of {@code podIPs}; where they differ the former counts. */
    static void mirrorAddress(ObjectNode status) {
        String single = text(status, "podIP");
        String first = text(status.path("podIPs").path(0), "ip");
        if (!single.isEmpty() && !single.equals(first)) {
            status.putArray("podIPs").addObject().put("ip", single);
        } else if (single.isEmpty() && !first.isEmpty()) {
            status.put("podIP", first);
        }
    }

    static void prepareForUpdate(ObjectNode updated, ObjectNode existing) {
        keepAllBut(updated, existing, Set.of("status", "metadata", "apiVersion", "kind"));
        ObjectNode metadata = object(updated, "metadata");
        keep(metadata, object(existing, "metadata"), "deletionTimestamp");
        keep(metadata, object(existing, "metadata"), "ownerReferences");
        ObjectNode status = object(updated, "status");
        JsonNode old = existing.path("status");
        if (text(status, "qosClass").isEmpty() && old.has("qosClass")) {
            status.set("qosClass", old.get("qosClass"));
        }
        keepObservedGeneration(status, old.path("observedGeneration"));
        Map<String, Deque<JsonNode>> byType = new HashMap<>();
        for (ObjectNode condition : objects(old.path("conditions"))) {
            byType.computeIfAbsent(text(condition, "type"), t -> new ArrayDeque<>())
                    .add(condition.path("observedGeneration"));
        }
        for (ObjectNode condition : objects(status.path("conditions"))) {
            JsonNode before = byType.getOrDefault(text(condition, "type"), new ArrayDeque<>())
                    .poll();
            if (before != null) {
                keepObservedGeneration(condition, before);
            }
        }
    }

    private static void keepObservedGeneration(ObjectNode holder, JsonNode before) {
        if (number(holder, "observedGeneration") == 0 && before.asLong(0) != 0) {
            holder.set("observedGeneration", before);
        }
    }
}
