package io.kybern.apiserver.registry.podspec;

import static io.kybern.crd.resource.Trees.objects;
import static io.kybern.crd.resource.Trees.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.crd.value.Quantity;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

/** What a pod as a whole asks for or may use. Source: {@code component-helpers/resource}. */
public final class PodResources {
    private PodResources() {}

    /**
     * What its spec says: its containers together, or what is set for the pod where that counts.
     *
     * @param kind {@code requests} or {@code limits}
     * @param podLevel the resources for which what is set for the pod counts
     */
    public static Map<String, Quantity> ofSpec(JsonNode spec, String kind, Predicate<String> podLevel) {
        Map<String, Quantity> sum = ResourceLists.aggregate(spec, kind);
        spec.path("resources").path(kind).properties().forEach(e -> {
            if (podLevel.test(e.getKey())) {
                sum.put(e.getKey(), Quantity.parse(e.getValue().asText()));
            }
        });
        return sum;
    }

    /** What counts while the pod lives: where a resize is under way the larger of old and new, and the overhead. */
    public static Map<String, Quantity> effective(JsonNode pod, String kind) {
        JsonNode spec = resized(pod, kind);
        Map<String, Quantity> sum = ofSpec(spec, kind, PodLevelResources::isSupported);
        spec.path("overhead").properties().forEach(e -> {
            Quantity overhead = Quantity.parse(e.getValue().asText());
            if (kind.equals("requests")) {
                sum.merge(e.getKey(), overhead, Quantity::plus);
            } else {
                sum.computeIfPresent(e.getKey(), (name, q) -> q.isZero() ? q : q.plus(overhead));
            }
        });
        return sum;
    }

    /** The spec with what its containers have now where that is more than they ask for. */
    private static JsonNode resized(JsonNode pod, String kind) {
        Map<String, ObjectNode> statuses = new HashMap<>();
        for (String list : new String[] {"containerStatuses", "initContainerStatuses"}) {
            objects(pod.path("status").path(list)).stream()
                    .filter(s -> s.has("resources"))
                    .forEach(s -> statuses.put(text(s, "name"), s));
        }
        if (statuses.isEmpty() || !(pod.get("spec") instanceof ObjectNode spec)) {
            return pod.path("spec");
        }
        ObjectNode out = spec.deepCopy();
        for (String list : new String[] {"containers", "initContainers"}) {
            for (ObjectNode container : objects(out.path(list))) {
                boolean runs = list.equals("containers")
                        || text(container, "restartPolicy").equals("Always");
                ObjectNode status = statuses.get(text(container, "name"));
                if (runs && status != null) {
                    raise(container, status, kind, isInfeasible(pod));
                }
            }
        }
        return out;
    }

    private static boolean isInfeasible(JsonNode pod) {
        return objects(pod.path("status").path("conditions")).stream()
                .anyMatch(c -> text(c, "type").equals("PodResizePending")
                        && text(c, "reason").equals("Infeasible"));
    }

    private static void raise(ObjectNode container, ObjectNode status, String kind, boolean infeasible) {
        Map<String, Quantity> most = new TreeMap<>();
        if (!infeasible) {
            takeLarger(most, container.path("resources").path(kind));
        }
        takeLarger(most, status.path("resources").path(kind));
        if (kind.equals("requests")) {
            takeLarger(most, status.path("allocatedResources"));
        }
        ObjectNode list = container.withObject("/resources").putObject(kind);
        most.forEach((name, q) -> list.put(name, q.toString()));
    }

    private static void takeLarger(Map<String, Quantity> most, JsonNode list) {
        list.properties()
                .forEach(e -> most.merge(
                        e.getKey(), Quantity.parse(e.getValue().asText()), (a, b) -> a.compareTo(b) >= 0 ? a : b));
    }
}
