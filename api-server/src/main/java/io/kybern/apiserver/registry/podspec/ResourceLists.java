package io.kybern.apiserver.registry.podspec;

import static io.kybern.crd.resource.Trees.objects;
import static io.kybern.crd.resource.Trees.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.kybern.crd.value.Quantity;
import java.util.Map;
import java.util.TreeMap;

/** Maps from resource name to quantity, and their sums over the containers of a pod. */
public final class ResourceLists {
    private ResourceLists() {}

    /** Rounds quantities finer than a thousandth up, as reading any resource list does. */
    public static void roundUp(JsonNode list) {
        if (list instanceof ObjectNode quantities) {
            quantities.properties().forEach(e -> {
                String old = e.getValue().asText();
                String rounded = Quantity.parse(old).roundUpToMilli().toString();
                if (!rounded.equals(old)) {
                    e.setValue(TextNode.valueOf(rounded));
                }
            });
        }
    }

    /** The quantity in a list, zero if it is absent. */
    public static Quantity quantity(JsonNode list, String resource) {
        JsonNode value = list.path(resource);
        return value.isMissingNode() ? Quantity.ZERO : Quantity.parse(value.asText());
    }

    /**
     * What a pod's containers together ask for at any time ({@code kind}: {@code requests} or {@code limits}): all
     * running ones, or more while its init containers run.
     */
    public static Map<String, Quantity> aggregate(JsonNode spec, String kind) {
        Map<String, Quantity> sum = new TreeMap<>();
        for (ObjectNode container : objects(spec.path("containers"))) {
            add(sum, container.path("resources").path(kind));
        }
        Map<String, Quantity> sidecars = new TreeMap<>();
        Map<String, Quantity> highest = new TreeMap<>();
        for (ObjectNode container : objects(spec.path("initContainers"))) {
            JsonNode own = container.path("resources").path(kind);
            Map<String, Quantity> now;
            if (text(container, "restartPolicy").equals("Always")) {
                add(sum, own);
                add(sidecars, own);
                now = sidecars;
            } else {
                now = new TreeMap<>(sidecars);
                add(now, own);
            }
            now.forEach((name, q) -> highest.merge(name, q, ResourceLists::larger));
        }
        highest.forEach((name, q) -> sum.merge(name, q, ResourceLists::larger));
        return sum;
    }

    private static Quantity larger(Quantity a, Quantity b) {
        return a.compareTo(b) >= 0 ? a : b;
    }

    private static void add(Map<String, Quantity> sum, JsonNode list) {
        list.propertyStream()
                .forEach(e -> sum.merge(e.getKey(), Quantity.parse(e.getValue().asText()), Quantity::plus));
    }
}
