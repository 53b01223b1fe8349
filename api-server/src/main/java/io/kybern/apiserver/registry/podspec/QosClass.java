package io.kybern.apiserver.registry.podspec;

import static io.kybern.crd.resource.Trees.objects;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.crd.value.Quantity;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The quality-of-service class of a pod. Source: {@code pkg/apis/core/helper/qos}. */
public final class QosClass {
    private static final List<String> COMPUTE = List.of("cpu", "memory");

    private QosClass() {}

    /** {@code Guaranteed}, {@code Burstable} or {@code BestEffort}. */
    public static String of(JsonNode spec) {
        List<JsonNode> holders = new ArrayList<>();
        if (spec.has("resources")) {
            holders.add(spec.path("resources"));
        } else {
            for (ObjectNode container : objects(spec.path("containers"))) {
                holders.add(container.path("resources"));
            }
            for (ObjectNode container : objects(spec.path("initContainers"))) {
                holders.add(container.path("resources"));
            }
        }
        Map<String, Quantity> requests = new TreeMap<>();
        Map<String, Quantity> limits = new TreeMap<>();
        boolean guaranteed = true;
        for (JsonNode resources : holders) {
            add(requests, resources.path("requests"));
            guaranteed &= add(limits, resources.path("limits")) == COMPUTE.size();
        }
        if (requests.isEmpty() && limits.isEmpty()) {
            return "BestEffort";
        }
        guaranteed &= requests.size() == limits.size();
        for (Map.Entry<String, Quantity> request : requests.entrySet()) {
            Quantity limit = limits.get(request.getKey());
            guaranteed &= limit != null && limit.compareTo(request.getValue()) == 0;
        }
        return guaranteed ? "Guaranteed" : "Burstable";
    }

    /** Adds what counts; answers how many resources of the list count. */
    private static int add(Map<String, Quantity> sum, JsonNode list) {
        int counted = 0;
        for (String resource : COMPUTE) {
            Quantity quantity = ResourceLists.quantity(list, resource);
            if (quantity.compareTo(Quantity.ZERO) > 0) {
                sum.merge(resource, quantity, Quantity::plus);
                counted++;
            }
        }
        return counted;
    }
}
