package io.kybern.apiserver.selector;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One term of a label selector.
 *
 * @param values sorted; for {@link Operator#EXISTS} and {@link Operator#ABSENT} none
 */
public record Requirement(String key, Operator operator, List<String> values) {
    /** How labels are compared; absent labels satisfy the negative ones. */
    public enum Operator {
        EQUALS("="),
        DOUBLE_EQUALS("=="),
        IN("in"),
        NOT_EQUALS("!="),
        NOT_IN("notin"),
        EXISTS("exists"),
        ABSENT("!"),
        GREATER("gt"),
        LESS("lt");

        private final String text;

        Operator(String text) {
            this.text = text;
        }
    }

    public Requirement {
        values = List.copyOf(values);
    }

    /**
     * @throws SelectorException listing all that is wrong with it
     */
    public static Requirement of(String key, Operator operator, List<String> values) {
        List<String> errors = new ArrayList<>();
        List<String> keyErrors = LabelSyntax.keyErrors(key);
        if (!keyErrors.isEmpty()) {
            errors.add("key: " + LabelSyntax.invalid(key, String.join("; ", keyErrors)));
        }
        countError(operator, values, errors);
        for (int i = 0; i < values.size(); i++) {
            List<String> valueErrors = LabelSyntax.valueErrors(values.get(i));
            if (!valueErrors.isEmpty()) {
                errors.add("values[" + i + "][" + key + "]: "
                        + LabelSyntax.invalid(values.get(i), String.join("; ", valueErrors)));
            }
        }
        if (!errors.isEmpty()) {
            List<String> distinct = errors.stream().distinct().toList();
            throw new SelectorException(
                    distinct.size() == 1 ? distinct.getFirst() : "[" + String.join(", ", distinct) + "]");
        }
        return new Requirement(key, operator, values);
    }

    private static void countError(Operator operator, List<String> values, List<String> errors) {
        switch (operator) {
            case IN, NOT_IN ->
                require(!values.isEmpty(), values, "for 'in', 'notin' operators, values set can't be empty", errors);
            case EQUALS, DOUBLE_EQUALS, NOT_EQUALS ->
                require(values.size() == 1, values, "exact-match compatibility requires one single value", errors);
            case EXISTS, ABSENT ->
                require(values.isEmpty(), values, "values set must be empty for exists and does not exist", errors);
            case GREATER, LESS -> {
                require(values.size() == 1, values, "for 'Gt', 'Lt' operators, exactly one value is required", errors);
                for (int i = 0; i < values.size(); i++) {
                    if (!isInteger(values.get(i))) {
                        errors.add("values[" + i + "]: "
                                + LabelSyntax.invalid(
                                        values.get(i), "for 'Gt', 'Lt' operators, the value must be an integer"));
                    }
                }
            }
        }
    }

    private static void require(boolean holds, List<String> values, String detail, List<String> errors) {
        if (!holds) {
            errors.add("values: Invalid value: " + LabelSyntax.json(values) + ": " + detail);
        }
    }

    /** The one value that the label must have, if only one will do. */
    public Optional<String> requiredValue() {
        return switch (operator) {
            case EQUALS, DOUBLE_EQUALS, IN -> values.size() == 1 ? Optional.of(values.getFirst()) : Optional.empty();
            case NOT_EQUALS, NOT_IN, EXISTS, ABSENT, GREATER, LESS -> Optional.empty();
        };
    }

    public boolean matches(Map<String, String> labels) {
        String actual = labels.get(key);
        return switch (operator) {
            case EQUALS, DOUBLE_EQUALS, IN -> actual != null && hasValue(actual);
            case NOT_EQUALS, NOT_IN -> actual == null || !hasValue(actual);
            case EXISTS -> actual != null;
            case ABSENT -> actual == null;
            case GREATER -> actual != null && compare(actual) > 0;
            case LESS -> actual != null && compare(actual) < 0;
        };
    }

    private boolean hasValue(String actual) {
        for (int i = 0; i < values.size(); i++) {
            if (values.get(i).equals(actual)) {
                return true;
            }
        }
        return false;
    }

    /** Sign of the difference to the one value; 0 also if the label is no integer. */
    private int compare(String actual) {
        return isInteger(actual) ? Long.compare(Long.parseLong(actual), Long.parseLong(values.getFirst())) : 0;
    }

    private static boolean isInteger(String text) {
        int start = !text.isEmpty() && (text.charAt(0) == '-' || text.charAt(0) == '+') ? 1 : 0;
        if (start == text.length()) {
            return false;
        }
        for (int i = start; i < text.length(); i++) {
            if (text.charAt(i) < '0' || text.charAt(i) > '9') {
                return false;
            }
        }
        try {
            Long.parseLong(text);
            return true;
        } catch (NumberFormatException outOfRange) {
            return false;
        }
    }

    /** As it is written in a query. */
    @Override
    public String toString() {
        return switch (operator) {
            case EXISTS -> key;
            case ABSENT -> "!" + key;
            case IN, NOT_IN -> key + " " + operator.text + " (" + String.join(",", values) + ")";
            case GREATER -> key + ">" + values.getFirst();
            case LESS -> key + "<" + values.getFirst();
            case EQUALS, DOUBLE_EQUALS, NOT_EQUALS -> key + operator.text + values.getFirst();
        };
    }
}
