package io.kybern.apiserver.registry.core;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.field.FieldPath;
import io.kybern.crd.resource.Trees;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** How volumes and claims are printed and what access they may ask for. */
final class AccessModes {
    static final List<String> ALL = List.of("ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod");
    private static final Map<String, String> SHORT =
            Map.of("ReadWriteOnce", "RWO", "ReadOnlyMany", "ROX", "ReadWriteMany", "RWX", "ReadWriteOncePod", "RWOP");

    private AccessModes() {}

    static String format(JsonNode modes) {
        List<String> present = Trees.texts(modes);
        return Stream.of("ReadWriteOnce", "ReadOnlyMany", "ReadWriteMany", "ReadWriteOncePod")
                .filter(present::contains)
                .map(SHORT::get)
                .collect(Collectors.joining(","));
    }

    static String phase(ObjectNode object) {
        return object.path("metadata").has("deletionTimestamp")
                ? "Terminating"
                : Trees.text(object.path("status"), "phase");
    }

    static void validate(JsonNode spec, String missing, FieldPath holder, FieldErrors errors) {
        List<String> modes = Trees.texts(spec.path("accessModes"));
        FieldPath path = holder.child("accessModes");
        if (modes.isEmpty()) {
            errors.required(path, missing);
        }
        for (String mode : modes) {
            if (!ALL.contains(mode)) {
                errors.notSupported(path, mode, ALL);
            }
        }
        boolean single = modes.contains("ReadWriteOncePod");
        if (single && modes.stream().anyMatch(m -> ALL.contains(m) && !m.equals("ReadWriteOncePod"))) {
            errors.forbidden(path, "may not use ReadWriteOncePod with other access modes");
        }
    }
}
