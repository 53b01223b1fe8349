package io.kybern.crd.label;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.field.FieldPath;
import io.kybern.crd.name.Names;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** {@code metav1.LabelSelector} trees and label maps. */
public final class LabelSelectors {
    private LabelSelectors() {}

    /** Complains about keys and values of a label map, each at the path of the whole map. */
    public static void validateLabels(JsonNode labels, FieldPath path, FieldErrors errors) {
        labels.propertyStream().forEach(e -> {
            errors.invalidEach(path, e.getKey(), Names.qualifiedName(e.getKey()));
            errors.invalidEach(
                    path, e.getValue().asText(), Names.labelValue(e.getValue().asText()));
        });
    }

    /** Complains about a selector; a missing one is fine. */
    public static void validate(JsonNode selector, FieldPath path, FieldErrors errors) {
        validateLabels(selector.path("matchLabels"), path.child("matchLabels"), errors);
        JsonNode expressions = selector.path("matchExpressions");
        for (int i = 0; i < expressions.size(); i++) {
            requirement(expressions.get(i), path.child("matchExpressions").index(i), errors);
        }
    }

    private static void requirement(JsonNode requirement, FieldPath path, FieldErrors errors) {
        JsonNode values = requirement.path("values");
        String operator = requirement.path("operator").asText("");
        switch (operator) {
            case "In", "NotIn" -> {
                if (values.isEmpty()) {
                    errors.required(path.child("values"), "must be specified when `operator` is 'In' or 'NotIn'");
                }
            }
            case "Exists", "DoesNotExist" -> {
                if (!values.isEmpty()) {
                    errors.forbidden(
                            path.child("values"), "may not be specified when `operator` is 'Exists' or 'DoesNotExist'");
                }
            }
            default -> errors.invalid(path.child("operator"), operator, "not a valid selector operator");
        }
        String key = requirement.path("key").asText("");
        errors.invalidEach(path.child("key"), key, Names.qualifiedName(key));
        for (int i = 0; i < values.size(); i++) {
            String value = values.get(i).asText();
            errors.invalidEach(path.child("values").index(i), value, Names.labelValue(value));
        }
    }

    /** Whether the selector selects everything there is: it is there and says nothing. */
    public static boolean isEmpty(JsonNode selector) {
        return selector.path("matchLabels").isEmpty()
                && selector.path("matchExpressions").isEmpty();
    }

    /** Whether a selector matches labels; a missing selector matches nothing, an empty one everything. */
    public static boolean matches(JsonNode selector, JsonNode labels) {
        if (!selector.isObject()) {
            return false;
        }
        boolean equal = selector.path("matchLabels")
                .propertyStream()
                .allMatch(e -> labels.path(e.getKey()).equals(e.getValue()));
        if (!equal) {
            return false;
        }
        for (JsonNode expression : selector.path("matchExpressions")) {
            if (!matchesRequirement(
                    expression, labels.path(expression.path("key").asText()))) {
                return false;
            }
        }
        return true;
    }

    private static boolean matchesRequirement(JsonNode expression, JsonNode label) {
        return switch (expression.path("operator").asText()) {
            case "In" -> !label.isMissingNode() && contains(expression.path("values"), label);
            case "NotIn" -> label.isMissingNode() || !contains(expression.path("values"), label);
            case "Exists" -> !label.isMissingNode();
            case "DoesNotExist" -> label.isMissingNode();
            default -> false;
        };
    }

    private static boolean contains(JsonNode values, JsonNode value) {
        for (JsonNode candidate : values) {
            if (candidate.equals(value)) {
                return true;
            }
        }
        return false;
    }

    /** Labels as tables print them: {@code a=b,c=d} by key, {@code <none>} for none. */
    public static String formatLabels(JsonNode labels) {
        Map<String, String> sorted = new TreeMap<>();
        labels.propertyStream().forEach(e -> sorted.put(e.getKey(), e.getValue().asText()));
        if (sorted.isEmpty()) {
            return "<none>";
        }
        List<String> parts = new ArrayList<>();
        sorted.forEach((key, value) -> parts.add(key + "=" + value));
        return String.join(",", parts);
    }

    /** A selector as tables print it; {@code <none>} for an empty or missing one. */
    public static String format(JsonNode selector) {
        Map<String, List<String>> byKey = new TreeMap<>();
        if (selector instanceof ObjectNode present) {
            present.path("matchLabels")
                    .propertyStream()
                    .forEach(e -> add(
                            byKey, e.getKey(), e.getKey() + "=" + e.getValue().asText()));
            for (JsonNode e : present.path("matchExpressions")) {
                add(byKey, e.path("key").asText(), formatRequirement(e));
            }
        }
        List<String> parts = byKey.values().stream().flatMap(List::stream).toList();
        return parts.isEmpty() ? "<none>" : String.join(",", parts);
    }

    private static void add(Map<String, List<String>> byKey, String key, String text) {
        byKey.computeIfAbsent(key, k -> new ArrayList<>()).add(text);
    }

    private static String formatRequirement(JsonNode expression) {
        String key = expression.path("key").asText();
        List<String> values = new ArrayList<>();
        expression.path("values").forEach(v -> values.add(v.asText()));
        Collections.sort(values);
        String list = " (" + String.join(",", values) + ")";
        return switch (expression.path("operator").asText()) {
            case "In" -> key + " in" + list;
            case "NotIn" -> key + " notin" + list;
            case "DoesNotExist" -> "!" + key;
            default -> key;
        };
    }
}
