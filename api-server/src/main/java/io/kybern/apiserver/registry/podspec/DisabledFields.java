package io.kybern.apiserver.registry.podspec;

import static io.kybern.crd.resource.Trees.objects;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** Fields of a pod spec whose feature is off: dropped unless the object had them before. Source: {@code pkg/api/pod}. */
public final class DisabledFields {
    private DisabledFields() {}

    /** @param existing the spec before; missing for a new object */
    public static void drop(JsonNode podSpec, JsonNode existing) {
        if (!(podSpec instanceof ObjectNode spec)) {
            return;
        }
        if (!existing.has("schedulingGroup")) {
            spec.remove("schedulingGroup");
        }
        if (!stops(existing)) {
            ContainerVisitor.ALL.forEach(list -> objects(spec.path(list)).forEach(container -> {
                if (container.path("lifecycle") instanceof ObjectNode lifecycle) {
                    lifecycle.remove("stopSignal");
                }
            }));
        }
    }

    private static boolean stops(JsonNode spec) {
        return ContainerVisitor.ALL.stream()
                .flatMap(list -> objects(spec.path(list)).stream())
                .anyMatch(container -> container.path("lifecycle").has("stopSignal"));
    }
}
