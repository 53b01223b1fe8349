package io.kybern.apiserver.admission.limitrange;

import static io.kybern.crd.resource.Trees.object;
import static io.kybern.crd.resource.Trees.objects;
import static io.kybern.crd.resource.Trees.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** The defaults of a LimitRange for the containers of a pod. */
final class LimitDefaults {
    private LimitDefaults() {}

    /** Fills in what containers do not say; answers a text for each container and kind of default. */
    static List<String> apply(ObjectNode range, ObjectNode spec) {
        ObjectNode requests = JsonNodeFactory.instance.objectNode();
        ObjectNode limits = JsonNodeFactory.instance.objectNode();
        for (ObjectNode limit : objects(range.path("spec").path("limits"))) {
            if (text(limit, "type").equals("Container")) {
                addAll(requests, limit.path("defaultRequest"));
                addAll(limits, limit.path("default"));
            }
        }
        List<String> set = new ArrayList<>();
        for (ObjectNode container : objects(spec.path("containers"))) {
            merge(container, "container", requests, limits, set);
        }
        for (ObjectNode container : objects(spec.path("initContainers"))) {
            merge(container, "init container", requests, limits, set);
        }
        return set;
    }

    private static void addAll(ObjectNode to, JsonNode from) {
        if (from instanceof ObjectNode defaults) {
            to.setAll(defaults);
        }
    }

    private static void merge(
            ObjectNode container, String noun, ObjectNode requests, ObjectNode limits, List<String> texts) {
        ObjectNode resources = object(container, "resources");
        Set<String> setLimits = fill(resources, "limits", limits);
        Set<String> setRequests = fill(resources, "requests", requests);
        String name = text(container, "name");
        if (!setRequests.isEmpty()) {
            texts.add(String.join(", ", setRequests) + " request for " + noun + " " + name);
        }
        if (!setLimits.isEmpty()) {
            texts.add(String.join(", ", setLimits) + " limit for " + noun + " " + name);
        }
    }

    private static Set<String> fill(ObjectNode resources, String field, ObjectNode defaults) {
        Set<String> set = new TreeSet<>();
        defaults.properties().forEach(e -> {
            if (!resources.path(field).has(e.getKey())) {
                object(resources, field).set(e.getKey(), e.getValue());
                set.add(e.getKey());
            }
        });
        return set;
    }
}
