package io.kybern.apiserver.registry.podspec;

import static io.kybern.crd.resource.Trees.array;
import static io.kybern.crd.resource.Trees.objects;
import static io.kybern.crd.resource.Trees.texts;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/**
 * {@code matchLabelKeys} and {@code mismatchLabelKeys} of a new pod become requirements of the selector beside them, with
 * the values that the pod's labels have. Source: KEP-3633, KEP-3243.
 */
public final class MatchLabelKeys {
    private MatchLabelKeys() {}

    public static void mergeIntoSelectors(ObjectNode spec, JsonNode labels) {
        for (String kind : List.of("podAffinity", "podAntiAffinity")) {
            JsonNode affinity = spec.path("affinity").path(kind);
            for (ObjectNode term : objects(affinity.path("preferredDuringSchedulingIgnoredDuringExecution"))) {
                merge(term.path("podAffinityTerm"), labels);
            }
            for (ObjectNode term : objects(affinity.path("requiredDuringSchedulingIgnoredDuringExecution"))) {
                merge(term, labels);
            }
        }
        objects(spec.path("topologySpreadConstraints")).forEach(constraint -> merge(constraint, labels));
    }

    private static void merge(JsonNode holder, JsonNode labels) {
        if (!(holder.path("labelSelector") instanceof ObjectNode selector)) {
            return;
        }
        add(selector, texts(holder.path("matchLabelKeys")), "In", labels);
        add(selector, texts(holder.path("mismatchLabelKeys")), "NotIn", labels);
    }

    private static void add(ObjectNode selector, List<String> keys, String operator, JsonNode labels) {
        for (String key : keys) {
            if (labels.has(key)) {
                ObjectNode requirement = array(selector, "matchExpressions").addObject();
                requirement.put("key", key).put("operator", operator);
                requirement.putArray("values").add(labels.path(key).asText());
            }
        }
    }
}
