package io.kybern.apiserver.admission.podsecurity;

import com.fasterxml.jackson.databind.JsonNode;
import io.kybern.apiserver.admission.podsecurity.SecurityStandard.Level;
import io.kybern.crd.field.FieldError;
import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.field.FieldPath;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What a namespace's labels ask for.
 *
 * @param enforce pods that offend it are refused
 * @param warn whoever sends a pod that offends it is told
 * @param errors labels that say nothing known
 */
record NamespacePolicy(SecurityStandard enforce, SecurityStandard warn, List<FieldError> errors) {
    private static final String PREFIX = "pod-security.kubernetes.io/";
    private static final FieldPath LABELS = FieldPath.of("metadata", "labels");
    private static final Pattern VERSION = Pattern.compile("latest|v1\\.([0-9]|[1-9][0-9]{1,8})");

    /** @param namespace its labels may be missing */
    static NamespacePolicy of(JsonNode namespace) {
        JsonNode labels = namespace.path("metadata").path("labels");
        FieldErrors errors = new FieldErrors();
        SecurityStandard enforce = SecurityStandard.PRIVILEGED;
        SecurityStandard warn = SecurityStandard.PRIVILEGED;
        Optional<Level> asked = level(labels, "enforce", errors);
        enforce = labels.has(PREFIX + "enforce") ? enforce.at(asked.orElse(Level.RESTRICTED)) : enforce;
        enforce = enforce.as(version(labels, "enforce", errors));
        level(labels, "audit", errors);
        version(labels, "audit", errors);
        warn = warn.at(level(labels, "warn", errors).orElse(Level.PRIVILEGED)).as(version(labels, "warn", errors));
        boolean follows =
                !labels.has(PREFIX + "warn") && asked.isPresent() && asked.get().compareTo(warn.level()) > 0;
        if (follows) {
            warn = labels.has(PREFIX + "warn-version") ? warn.at(asked.get()) : enforce;
        }
        return new NamespacePolicy(enforce, warn, errors.list());
    }

    private static Optional<Level> level(JsonNode labels, String mode, FieldErrors errors) {
        String label = PREFIX + mode;
        if (!labels.has(label)) {
            return Optional.empty();
        }
        String value = labels.get(label).asText();
        Optional<Level> level = Arrays.stream(Level.values())
                .filter(l -> l.toString().equals(value))
                .findFirst();
        if (level.isEmpty()) {
            errors.invalid(LABELS.key(label), value, "must be one of privileged, baseline, restricted");
        }
        return level;
    }

    private static String version(JsonNode labels, String mode, FieldErrors errors) {
        String label = PREFIX + mode + "-version";
        String value = labels.path(label).asText("latest");
        if (!VERSION.matcher(value).matches()) {
            errors.invalid(LABELS.key(label), value, "must be \"latest\" or \"v1.x\"");
            return "latest";
        }
        return value;
    }
}
