package io.kybern.apiserver.registry.batch;

import static io.kybern.crd.resource.Trees.number;
import static io.kybern.crd.resource.Trees.objects;
import static io.kybern.crd.resource.Trees.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.crd.field.FieldChecks;
import io.kybern.crd.field.FieldError;
import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.field.FieldPath;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** When failed pods end a job, and when succeeded ones do. Source: KEP-3329, KEP-3998. */
final class JobPolicyValidation {
    private static final List<String> ACTIONS = List.of("Count", "FailIndex", "FailJob", "Ignore");
    private static final List<String> STATUSES = List.of("False", "True", "Unknown");
    private static final int RULES = 20;

    private JobPolicyValidation() {}

    static void failurePolicy(JsonNode spec, FieldPath path, FieldErrors errors) {
        List<ObjectNode> rules = objects(spec.path("podFailurePolicy").path("rules"));
        if (rules.size() > RULES) {
            errors.tooMany(path.child("rules"), rules.size(), RULES);
        }
        Set<String> containers = new HashSet<>();
        for (String list : List.of("containers", "initContainers")) {
            objects(spec.path("template").path("spec").path(list)).forEach(c -> containers.add(text(c, "name")));
        }
        for (int i = 0; i < rules.size(); i++) {
            rule(spec, rules.get(i), containers, path.child("rules").index(i), errors);
        }
    }

    private static void rule(
            JsonNode spec, ObjectNode rule, Set<String> containers, FieldPath path, FieldErrors errors) {
        String action = text(rule, "action");
        FieldPath at = path.child("action");
        if (action.isEmpty()) {
            errors.required(at, "valid values: " + quoted(ACTIONS));
        } else if (action.equals("FailIndex")) {
            if (!spec.has("backoffLimitPerIndex")) {
                errors.invalid(at, action, "requires the backoffLimitPerIndex to be set");
            }
        } else {
            FieldChecks.oneOf(action, ACTIONS, at, errors);
        }
        boolean codes = rule.has("onExitCodes");
        boolean conditions = !rule.path("onPodConditions").isEmpty();
        if (codes) {
            exitCodes(rule.path("onExitCodes"), containers, path.child("onExitCodes"), errors);
        }
        conditions(rule.path("onPodConditions"), path.child("onPodConditions"), errors);
        if (codes == conditions) {
            String problem = codes
                    ? "specifying both OnExitCodes and OnPodConditions is not supported"
                    : "specifying one of OnExitCodes and OnPodConditions is required";
            errors.add(FieldError.Type.INVALID, path, "Invalid value: " + problem);
        }
    }

    private static void conditions(JsonNode list, FieldPath path, FieldErrors errors) {
        List<ObjectNode> patterns = objects(list);
        if (patterns.size() > RULES) {
            errors.tooMany(path, patterns.size(), RULES);
        }
        for (int i = 0; i < patterns.size(); i++) {
            FieldPath at = path.index(i);
            FieldChecks.qualifiedName(text(patterns.get(i), "type"), at.child("type"), errors);
            String status = text(patterns.get(i), "status");
            if (status.isEmpty()) {
                errors.required(at.child("status"), "valid values: " + quoted(STATUSES));
            } else {
                FieldChecks.oneOf(status, STATUSES, at.child("status"), errors);
            }
        }
    }

    private static void exitCodes(JsonNode rule, Set<String> containers, FieldPath path, FieldErrors errors) {
        String operator = text(rule, "operator");
        List<String> operators = List.of("In", "NotIn");
        if (operator.isEmpty()) {
            errors.required(path.child("operator"), "valid values: " + quoted(operators));
        } else {
            FieldChecks.oneOf(operator, operators, path.child("operator"), errors);
        }
        if (rule.has("containerName") && !containers.contains(text(rule, "containerName"))) {
            errors.invalid(
                    path.child("containerName"),
                    text(rule, "containerName"),
                    "must be one of the container or initContainer names in the pod template");
        }
        JsonNode values = rule.path("values");
        FieldPath at = path.child("values");
        if (values.isEmpty()) {
            errors.invalid(at, values, "at least one value is required");
        } else if (values.size() > 255) {
            errors.tooMany(at, values.size(), 255);
        }
        boolean ordered = true;
        Set<Long> seen = new HashSet<>();
        for (int i = 0; i < values.size(); i++) {
            long code = values.get(i).asLong();
            if (operator.equals("In") && code == 0) {
                errors.invalid(at.index(i), code, "must not be 0 for the In operator");
            }
            if (!seen.add(code)) {
                errors.duplicate(at.index(i), code);
            }
            ordered &= i == 0 || values.get(i - 1).asLong() <= code;
        }
        if (!ordered) {
            errors.invalid(at, values, "must be ordered");
        }
    }

    static void successPolicy(JsonNode spec, FieldPath path, FieldErrors errors) {
        List<ObjectNode> rules = objects(spec.path("successPolicy").path("rules"));
        FieldPath rulesPath = path.child("rules");
        if (rules.isEmpty()) {
            errors.required(rulesPath, "at least one rules must be specified when the successPolicy is specified");
        }
        if (rules.size() > RULES) {
            errors.tooMany(rulesPath, rules.size(), RULES);
        }
        for (int i = 0; i < rules.size(); i++) {
            successRule(rules.get(i), number(spec, "completions"), rulesPath.index(i), errors);
        }
    }

    private static void successRule(JsonNode rule, long completions, FieldPath path, FieldErrors errors) {
        boolean hasCount = rule.has("succeededCount");
        boolean hasIndexes = rule.has("succeededIndexes");
        if (!hasCount && !hasIndexes) {
            errors.required(path, "at least one of succeededCount or succeededIndexes must be specified");
        }
        long indexes = 0;
        if (hasIndexes) {
            String text = text(rule, "succeededIndexes");
            if (text.length() > 64 * 1024) {
                errors.tooLong(path.child("succeededIndexes"), 64 * 1024);
            }
            try {
                indexes = IndexSet.parse(text, completions).size();
            } catch (IllegalArgumentException e) {
                errors.invalid(
                        path.child("succeededIndexes"), text, "error parsing succeededIndexes: " + e.getMessage());
            }
        }
        if (hasCount) {
            long count = number(rule, "succeededCount");
            FieldPath at = path.child("succeededCount");
            FieldChecks.nonNegative(count, at, errors);
            if (count > completions) {
                errors.invalid(
                        at,
                        count,
                        "must be less than or equal to " + completions + " (the number of specified completions)");
            }
            if (hasIndexes && count > indexes) {
                errors.invalid(
                        at,
                        count,
                        "must be less than or equal to " + indexes
                                + " (the number of indexes in the specified succeededIndexes field)");
            }
        }
    }

    /** Go's {@code %q} of a list. */
    private static String quoted(List<String> values) {
        return "[" + String.join(" ", values.stream().map(FieldErrors::quote).toList()) + "]";
    }
}
