package io.kybern.apiserver.registry.core;

import static io.kybern.crd.resource.Trees.at;
import static io.kybern.crd.resource.Trees.has;
import static io.kybern.crd.resource.Trees.objects;
import static io.kybern.crd.resource.Trees.same;
import static io.kybern.crd.resource.Trees.text;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.registry.goform.InternalForm;
import io.kybern.apiserver.registry.goform.UnifiedDiff;
import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.field.FieldPath;
import java.util.HashMap;
import java.util.Map;

/** {@code pods/ephemeralcontainers}: containers are added, never changed. Source: {@code ValidatePodEphemeralContainersUpdate}. */
final class EphemeralContainersValidation {
    private static final FieldPath CONTAINERS = PodValidation.SPEC.child("ephemeralContainers");
    static final String MIRROR = "kubernetes.io/config.mirror";

    private EphemeralContainersValidation() {}

    static void validate(ObjectNode updated, ObjectNode existing, FieldErrors errors) {
        if (has(existing, "metadata", "annotations", MIRROR)) {
            errors.forbidden(FieldPath.of(""), "static pods do not support ephemeral containers");
            return;
        }
        PodValidation.validate(updated, errors);
        PodUpdateValidation.annotations(updated, existing, errors);
        Map<String, ObjectNode> named = new HashMap<>();
        for (ObjectNode container : objects(at(updated, "spec", "ephemeralContainers"))) {
            named.put(text(container, "name"), container);
        }
        for (ObjectNode before : objects(at(existing, "spec", "ephemeralContainers"))) {
            String name = text(before, "name");
            ObjectNode after = named.get(name);
            String which = "existing ephemeral containers " + FieldErrors.quote(name);
            if (after == null) {
                errors.forbidden(CONTAINERS, which + " may not be removed\n");
            } else if (!same(before, after)) {
                errors.forbidden(CONTAINERS, which + " may not be changed\n" + difference(before, after));
            }
        }
    }

    private static String difference(ObjectNode before, ObjectNode after) {
        return UnifiedDiff.of(
                InternalForm.of("core.EphemeralContainer", before), InternalForm.of("core.EphemeralContainer", after));
    }
}
