package io.kybern.operators.controller;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.LabelSelectorRequirement;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A label selector that is asked many times. One that says nothing matches nothing. */
public record Selector(Map<String, String> labels, List<LabelSelectorRequirement> expressions) {
    public Selector {
        labels = Map.copyOf(labels);
        expressions = List.copyOf(expressions);
    }

    public static Selector of(@Nullable LabelSelector selector) {
        return selector == null
                ? new Selector(Map.of(), List.of())
                : new Selector(
                        orEmpty(selector.getMatchLabels()),
                        selector.getMatchExpressions() == null ? List.of() : selector.getMatchExpressions());
    }

    public static Selector ofLabels(@Nullable Map<String, String> labels) {
        return new Selector(orEmpty(labels), List.of());
    }

    private static Map<String, String> orEmpty(@Nullable Map<String, String> labels) {
        return labels == null ? Map.of() : labels;
    }

    public boolean isEmpty() {
        return labels.isEmpty() && expressions.isEmpty();
    }

    public boolean matches(HasMetadata object) {
        return matches(object.getMetadata().getLabels());
    }

    public boolean matches(@Nullable Map<String, String> candidate) {
        Map<String, String> actual = orEmpty(candidate);
        if (isEmpty()) {
            return false;
        }
        for (var label : labels.entrySet()) {
            if (!label.getValue().equals(actual.get(label.getKey()))) {
                return false;
            }
        }
        return expressions.stream().allMatch(requirement -> satisfies(requirement, actual));
    }

    private static boolean satisfies(LabelSelectorRequirement requirement, Map<String, String> labels) {
        String value = labels.get(requirement.getKey());
        return switch (requirement.getOperator()) {
            case "In" -> value != null && requirement.getValues().contains(value);
            case "NotIn" -> value == null || !requirement.getValues().contains(value);
            case "Exists" -> value != null;
            case "DoesNotExist" -> value == null;
            default -> false;
        };
    }
}
