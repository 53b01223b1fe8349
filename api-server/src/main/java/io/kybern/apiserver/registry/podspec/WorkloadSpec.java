package io.kybern.apiserver.registry.podspec;

import static io.kybern.crd.resource.Trees.at;
import static io.kybern.crd.resource.Trees.number;
import static io.kybern.crd.resource.Trees.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.crd.field.FieldChecks;
import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.field.FieldPath;
import io.kybern.crd.label.LabelSelectors;
import io.kybern.crd.name.Names;
import java.util.List;

/** What specs of kinds that keep pods running have in common. Source: {@code pkg/apis/apps/validation}. */
public final class WorkloadSpec {
    private WorkloadSpec() {}

    /** A required selector that must not be empty. Answers whether the selector can be used. */
    public static boolean selector(JsonNode spec, String emptyFor, FieldPath path, FieldErrors errors) {
        JsonNode selector = spec.path("selector");
        FieldPath at = path.child("selector");
        if (selector.isMissingNode()) {
            errors.required(at, "");
            return true;
        }
        int before = errors.size();
        LabelSelectors.validate(selector, at, errors);
        boolean usable = errors.size() == before;
        if (LabelSelectors.isEmpty(selector)) {
            errors.invalid(at, selector, "empty selector is invalid for " + emptyFor);
        }
        return usable;
    }

    /** The pods of a ReplicaSet, whether a deployment makes it or not: selected, alike, running forever. */
    public static void replicated(JsonNode spec, FieldPath path, FieldErrors errors) {
        if (selector(spec, "deployment", path, errors)) {
            matchesTemplate(spec, path, errors);
            PodTemplateValidation.validate(spec.path("template"), path.child("template"), errors);
            runsForever(spec, "ReplicaSet", path, errors);
        } else {
            errors.invalid(path.child("selector"), spec.path("selector"), "invalid label selector");
        }
    }

    public static void sameSelector(ObjectNode updated, ObjectNode existing, FieldPath path, FieldErrors errors) {
        FieldChecks.immutable(
                at(updated, "spec", "selector"), at(existing, "spec", "selector"), path.child("selector"), errors);
    }

    /** Complains when the selector, even a missing one, does not select the template's labels; an empty one does. */
    public static void matchesTemplate(JsonNode spec, FieldPath path, FieldErrors errors) {
        JsonNode labels = at(spec, "template", "metadata", "labels");
        if (!LabelSelectors.matches(spec.path("selector"), labels)) {
            errors.invalid(
                    path.child("template").child("metadata").child("labels"),
                    labels,
                    "`selector` does not match template `labels`");
        }
    }

    /** Pods that are kept running can't end by themselves. */
    public static void runsForever(JsonNode spec, String kind, FieldPath path, FieldErrors errors) {
        FieldPath at = path.child("template").child("spec");
        JsonNode podSpec = at(spec, "template", "spec");
        FieldChecks.oneOf(text(podSpec, "restartPolicy"), List.of("Always"), at.child("restartPolicy"), errors);
        if (podSpec.has("activeDeadlineSeconds")) {
            errors.forbidden(
                    at.child("activeDeadlineSeconds"), "activeDeadlineSeconds in " + kind + " is not Supported");
        }
    }

    public static void nonNegative(JsonNode holder, FieldPath path, FieldErrors errors, String... fields) {
        for (String field : fields) {
            FieldChecks.nonNegative(holder, field, path, errors);
        }
    }

    /** Complains about counts of a status above the count that includes them. */
    public static void notAbove(
            JsonNode status, String limit, String message, FieldPath path, FieldErrors errors, String... fields) {
        for (String field : fields) {
            if (number(status, field) > number(status, limit)) {
                errors.invalid(path.child(field), number(status, field), message);
            }
        }
    }

    /** The count of hash collisions only grows. */
    public static void collisionCount(ObjectNode updated, ObjectNode existing, FieldErrors errors) {
        JsonNode before = at(existing, "status", "collisionCount");
        long now = number(updated, "status", "collisionCount");
        if (!before.isMissingNode() && now < before.asLong()) {
            errors.invalid(FieldPath.of("status", "collisionCount"), now, "cannot be decremented");
        }
    }

    /** A number of pods or a percentage of them. */
    public static void intOrPercent(JsonNode value, FieldPath path, FieldErrors errors) {
        if (value.isTextual()) {
            errors.invalidEach(path, value, Names.percent(value.asText()));
        } else {
            FieldChecks.nonNegative(value.asLong(0), path, errors);
        }
    }

    public static void notMoreThanAll(JsonNode value, FieldPath path, FieldErrors errors) {
        if (value.isTextual() && Names.percent(value.asText()).isEmpty() && amount(value) > 100) {
            errors.invalid(path, value, "must not be greater than 100%");
        }
    }

    /** The number before the percent sign, or the number itself. */
    public static long amount(JsonNode value) {
        if (!value.isTextual()) {
            return value.asLong(0);
        }
        String text = value.asText();
        String digits = text.endsWith("%") ? text.substring(0, text.length() - 1) : text;
        try {
            return Long.parseLong(digits);
        } catch (NumberFormatException e) {
            return 0;
        }
    }
}
