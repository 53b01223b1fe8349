package io.kybern.crd.format;

import com.fasterxml.jackson.databind.JsonNode;
import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.field.FieldPath;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** {@code metav1.LabelSelector} and label maps: validation, matching and text. Source: {@code meta/v1/validation}, {@code labels}. */
public final class LabelSelectors {
    private static final Set<String> SETS = Set.of("In", "NotIn");
    private static final Set<String> EXISTENCE = Set.of("Exists", "DoesNotExist");

    private LabelSelectors() {}

    /** Complains about a selector; a missing one is fine. */
    public static void validate(JsonNode selector, FieldPath path, FieldErrors errors) {
        labels(selector.path("matchLabels"), path.child("matchLabels"), errors);
        JsonNode expressions = selector.path("matchExpressions");
        for (int i = 0; i < expressions.size(); i++) {
            requirement(expressions.get(i), path.child("matchExpressions").index(i), errors);
        }
    }

    private static void requirement(JsonNode requirement, FieldPath path, FieldErrors errors) {
        String operator = requirement.path("operator").asText("");
        JsonNode values = requirement.path("values");
        if (SETS.contains(operator)) {
            if (values.isEmpty()) {
                errors.required(path.child("values"), "must be specified when `operator` is 'In' or 'NotIn'");
            }
        } else if (EXISTENCE.contains(operator)) {
            if (!values.isEmpty()) {
                errors.forbidden(
                        path.child("values"), "may not be specified when `operator` is 'Exists' or 'DoesNotExist'");
            }
        } else {
            errors.invalid(path.child("operator"), operator, "not a valid selector operator");
        }
        labelName(requirement.path("key").asText(""), path.child("key"), errors);
        for (int i = 0; i < values.size(); i++) {
            String value = values.get(i).asText();
            FieldPath at = path.child("values").index(i);
            Formats.labelValue(value).forEach(e -> errors.invalid(at, value, e));
        }
    }

    public static void labelName(String name, FieldPath path, FieldErrors errors) {
        Formats.qualifiedName(name).forEach(e -> errors.invalid(path, name, e));
    }

    /** Complains about keys and values of a label map, all at the map's path. */
    public static void labels(JsonNode labels, FieldPath path, FieldErrors errors) {
        labels.propertyStream().forEach(e -> {
            labelName(e.getKey(), path, errors);
            String value = e.getValue().asText();
            Formats.labelValue(value).forEach(m -> errors.invalid(path, value, m));
        });
    }

    /** Whether the selector has no requirement at all; such a one selects everything. */
    public static boolean isEmpty(JsonNode selector) {
        return selector.path("matchLabels").isEmpty()
                && selector.path("matchExpressions").isEmpty();
    }

    /** Whether valid selector and labels match. */
    public static boolean matches(JsonNode selector, JsonNode labels) {
        for (var wanted : selector.path("matchLabels").properties()) {
            JsonNode value = labels.path(wanted.getKey());
            if (value.isMissingNode()
                    || !value.asText().equals(wanted.getValue().asText())) {
                return false;
            }
        }
        for (JsonNode requirement : selector.path("matchExpressions")) {
            JsonNode value = labels.path(requirement.path("key").asText());
            boolean present = !value.isMissingNode();
            boolean in = false;
            for (JsonNode v : requirement.path("values")) {
                in |= present && v.asText().equals(value.asText());
            }
            boolean ok = switch (requirement.path("operator").asText()) {
                case "In" -> in;
                case "NotIn" -> !in;
                case "Exists" -> present;
                case "DoesNotExist" -> !present;
                default -> false;
            };
            if (!ok) {
                return false;
            }
        }
        return true;
    }

    /** The selector in the syntax of query parameters, {@code <none>} for an empty one, {@code <error>} if it isn't one. */
    public static String format(JsonNode selector) {
        FieldErrors errors = new FieldErrors();
        validate(selector, FieldPath.of("selector"), errors);
        if (!errors.isEmpty()) {
            return "<error>";
        }
        String text = text(selector);
        return text.isEmpty() ? "<none>" : text;
    }

    /** As {@link #format} for a valid selector, empty for an empty one. Requirements are sorted by key. */
    public static String text(JsonNode selector) {
        TreeMap<String, List<String>> requirements = new TreeMap<>();
        selector.path("matchLabels")
                .propertyStream()
                .forEach(e -> requirements
                        .computeIfAbsent(e.getKey(), k -> new ArrayList<>())
                        .add(e.getKey() + "=" + e.getValue().asText()));
        for (JsonNode requirement : selector.path("matchExpressions")) {
            String key = requirement.path("key").asText();
            TreeSet<String> values = new TreeSet<>();
            requirement.path("values").forEach(v -> values.add(v.asText()));
            String list = "(" + String.join(",", values) + ")";
            requirements
                    .computeIfAbsent(key, k -> new ArrayList<>())
                    .add(
                            switch (requirement.path("operator").asText()) {
                                case "In" -> key + " in " + list;
                                case "NotIn" -> key + " notin " + list;
                                case "Exists" -> key;
                                default -> "!" + key;
                            });
        }
        List<String> parts = new ArrayList<>();
        requirements.values().forEach(parts::addAll);
        return String.join(",", parts);
    }

    /** A label map as {@code a=b,c=d}, {@code <none>} for an empty one. */
    public static String formatLabels(JsonNode labels) {
        TreeMap<String, String> sorted = new TreeMap<>();
        labels.propertyStream().forEach(e -> sorted.put(e.getKey(), e.getValue().asText()));
        List<String> parts = new ArrayList<>();
        sorted.forEach((k, v) -> parts.add(k + "=" + v));
        return parts.isEmpty() ? "<none>" : String.join(",", parts);
    }
}
