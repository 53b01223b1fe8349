package io.kybern.apiserver.registry.podspec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.kybern.crd.value.Quantity;
import java.util.Map;

/** {@code spec.resources} of pods. Source: KEP-2837. */
final class PodLevelResources {
    private PodLevelResources() {}

    static boolean isSupported(String resource) {
        return resource.equals("cpu") || resource.equals("memory") || isHugePages(resource);
    }

    static boolean isHugePages(String resource) {
        return resource.startsWith("hugepages-");
    }

    /** Completes what is set for the pod from what its containers ask for. */
    static void applyDefaults(ObjectNode spec) {
        if (!(spec.get("resources") instanceof ObjectNode resources)) {
            return;
        }
        if (!resources.path("limits").isEmpty() || !resources.path("requests").isEmpty()) {
            hugePageLimits(spec, resources);
        }
        if (!resources.path("limits").isEmpty()) {
            requests(spec, resources);
        }
    }

    private static void hugePageLimits(ObjectNode spec, ObjectNode resources) {
        ObjectNode limits = copy(resources.path("limits"));
        for (Map.Entry<String, Quantity> e :
                ResourceLists.aggregate(spec, "limits").entrySet()) {
            boolean known = resources.path("requests").has(e.getKey()) || limits.has(e.getKey());
            if (isHugePages(e.getKey()) && !known) {
                limits.put(e.getKey(), e.getValue().toString());
            }
        }
        if (!limits.isEmpty()) {
            resources.set("limits", limits);
        }
    }

    private static void requests(ObjectNode spec, ObjectNode resources) {
        ObjectNode requests = copy(resources.path("requests"));
        for (Map.Entry<String, Quantity> e :
                ResourceLists.aggregate(spec, "requests").entrySet()) {
            boolean mayExceed = isSupported(e.getKey()) && !isHugePages(e.getKey());
            if (mayExceed && !requests.has(e.getKey())) {
                requests.put(e.getKey(), e.getValue().toString());
            }
        }
        resources.path("limits").propertyStream().forEach(e -> {
            if (isSupported(e.getKey()) && !requests.has(e.getKey())) {
                requests.set(e.getKey(), TextNode.valueOf(e.getValue().asText()));
            }
        });
        if (!requests.isEmpty()) {
            resources.set("requests", requests);
        }
    }

    private static ObjectNode copy(JsonNode list) {
        return list instanceof ObjectNode present ? present.deepCopy() : JsonNodeFactory.instance.objectNode();
    }
}
