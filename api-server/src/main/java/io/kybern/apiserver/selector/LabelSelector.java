package io.kybern.apiserver.selector;

import com.fasterxml.jackson.databind.JsonNode;
import io.kybern.apiserver.selector.Requirement.Operator;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * Which labels an object must have: all requirements hold. Matching parses and allocates nothing.
 *
 * @param requirements sorted by key
 * @param matchesNothing what an absent {@code metav1.LabelSelector} stands for
 */
public record LabelSelector(List<Requirement> requirements, boolean matchesNothing) {
    public static final LabelSelector EVERYTHING = new LabelSelector(List.of(), false);
    public static final LabelSelector NOTHING = new LabelSelector(List.of(), true);

    public LabelSelector {
        requirements = requirements.stream()
                .sorted(Comparator.comparing(Requirement::key))
                .toList();
    }

    /**
     * Reads {@code a=b,c!=d,e in (f,g),h notin (i),j,!k,l>1,m<2}.
     *
     * @throws SelectorException with kube-apiserver's text
     */
    public static LabelSelector parse(String text) {
        return text.isEmpty() ? EVERYTHING : new LabelSelector(new LabelSelectorParser(text).parse(), false);
    }

    /**
     * Reads a {@code metav1.LabelSelector}: {@code matchLabels} and {@code matchExpressions}; a missing one (null or a missing
     * node) selects nothing, an empty one everything.
     *
     * @throws SelectorException if an operator, key or value is not valid
     */
    public static LabelSelector of(JsonNode selector) {
        if (selector.isMissingNode() || selector.isNull()) {
            return NOTHING;
        }
        List<Requirement> requirements = new ArrayList<>();
        selector.path("matchLabels")
                .properties()
                .forEach(label -> requirements.add(Requirement.of(
                        label.getKey(),
                        Operator.EQUALS,
                        List.of(label.getValue().asText()))));
        for (JsonNode expression : selector.path("matchExpressions")) {
            List<String> values = new ArrayList<>();
            expression.path("values").forEach(value -> values.add(value.asText()));
            Operator operator = operator(expression.path("operator").asText());
            Requirement requirement = Requirement.of(expression.path("key").asText(), operator, values);
            requirements.add(new Requirement(
                    requirement.key(),
                    operator,
                    values.stream().sorted().distinct().toList()));
        }
        return new LabelSelector(requirements, false);
    }

    private static Operator operator(String name) {
        return switch (name) {
            case "In" -> Operator.IN;
            case "NotIn" -> Operator.NOT_IN;
            case "Exists" -> Operator.EXISTS;
            case "DoesNotExist" -> Operator.ABSENT;
            default -> throw new SelectorException("\"" + name + "\" is not a valid label selector operator");
        };
    }

    public boolean matches(Map<String, String> labels) {
        if (matchesNothing) {
            return false;
        }
        for (int i = 0; i < requirements.size(); i++) {
            if (!requirements.get(i).matches(labels)) {
                return false;
            }
        }
        return true;
    }

    /** Whether every object matches. */
    public boolean isEmpty() {
        return requirements.isEmpty() && !matchesNothing;
    }

    /** As it is written in a query. */
    @Override
    public String toString() {
        return String.join(",", requirements.stream().map(Requirement::toString).toList());
    }
}
