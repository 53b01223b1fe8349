package io.kybern.apiserver.registry.core;

import static io.kybern.crd.resource.Trees.has;
import static io.kybern.crd.resource.Trees.objects;
import static io.kybern.crd.resource.Trees.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.field.FieldPath;
import java.util.List;

/** A container that has ended and won't be restarted stays ended. Source: {@code ValidateContainerStateTransition}. */
final class ContainerTransitions {
    private ContainerTransitions() {}

    static void validate(JsonNode status, JsonNode old, JsonNode spec, FieldErrors errors) {
        String restartPolicy = text(spec, "restartPolicy");
        for (String list : List.of("containerStatuses", "initContainerStatuses")) {
            boolean init = list.equals("initContainerStatuses");
            if (restartPolicy.equals("Always") && !init) {
                continue;
            }
            FieldPath path = FieldPath.of("status", list);
            List<ObjectNode> containers = objects(spec.path(init ? "initContainers" : "containers"));
            for (ObjectNode before : objects(old.path(list))) {
                if (!has(before, "state", "terminated") || mayRestart(before, containers, restartPolicy)) {
                    continue;
                }
                int i = 0;
                for (ObjectNode now : objects(status.path(list))) {
                    boolean sameOne = text(now, "name").equals(text(before, "name"));
                    if (sameOne && !has(now, "state", "terminated")) {
                        errors.forbidden(
                                path.index(i).child("state"), "may not be transitioned to non-terminated state");
                    }
                    i++;
                }
            }
        }
    }

    private static boolean mayRestart(ObjectNode status, List<ObjectNode> containers, String podPolicy) {
        String own = containers.stream()
                .filter(c -> text(c, "name").equals(text(status, "name")))
                .findFirst()
                .filter(c -> c.has("restartPolicy") || c.has("restartPolicyRules"))
                .map(c -> c.has("restartPolicyRules") ? "Always" : text(c, "restartPolicy"))
                .orElse(podPolicy);
        boolean failed =
                status.path("state").path("terminated").path("exitCode").asLong(0) != 0;
        return own.equals("Always") || failed && own.equals("OnFailure");
    }
}
