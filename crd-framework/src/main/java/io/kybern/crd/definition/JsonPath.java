package io.kybern.crd.definition;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The JSONPath of printer columns and selectable fields: {@code .spec.a}, {@code ['a.b']}, {@code [0]}, {@code [-1:]},
 * {@code [0,2]}, {@code [*]}, {@code ..name} and {@code [?(@.type=="Ready")]}. A missing field finds nothing. Immutable.
 */
public final class JsonPath {
    private sealed interface Step {
        record Field(String name) implements Step {}

        /** Some items, as {@link #bound} has them; a single one, too: {@code [-1]} is {@code [-1:]} as far as one. */
        record Slice(Optional<Integer> start, Optional<Integer> end, int every) implements Step {}

        record Union(List<Step> steps) implements Step {}

        record All() implements Step {}

        record Deep(String name) implements Step {}

        record Filter(JsonPath path, String operator, String value) implements Step {}
    }

    private final List<Step> steps;

    private JsonPath(List<Step> steps) {
        this.steps = List.copyOf(steps);
    }

    /** @throws IllegalArgumentException if it is not such a path */
    public static JsonPath parse(String text) {
        return new JsonPath(new Parser(text).steps());
    }

    /** What the path leads to, in order. */
    public List<JsonNode> find(JsonNode root) {
        List<JsonNode> current = List.of(root);
        for (Step step : steps) {
            List<JsonNode> next = new ArrayList<>();
            for (JsonNode node : current) {
                follow(step, node, next);
            }
            current = next;
        }
        return current;
    }

    private static void follow(Step step, JsonNode node, List<JsonNode> found) {
        switch (step) {
            case Step.Field(String name) -> {
                JsonNode child = node.get(name);
                if (child != null) {
                    found.add(child);
                }
            }
            case Step.Slice slice -> slice(slice, node, found);
            case Step.Union union -> union.steps().forEach(one -> follow(one, node, found));
            case Step.All() -> node.forEach(found::add);
            case Step.Deep(String name) -> found.addAll(node.findValues(name));
            case Step.Filter filter ->
                node.forEach(item -> {
                    if (holds(filter, item)) {
                        found.add(item);
                    }
                });
        }
    }

    /** Bounds outside of the list find nothing. Source: {@code evalArray} of client-go's jsonpath. */
    private static void slice(Step.Slice slice, JsonNode list, List<JsonNode> found) {
        int size = list.isArray() ? list.size() : 0;
        int start = bound(slice.start().orElse(0), size);
        int end = bound(slice.end().orElse(size), size);
        if (start >= 0 && end <= size) {
            for (int i = start; i < end; i += slice.every()) {
                found.add(list.get(i));
            }
        }
    }

    /** Negative ones count from the end. */
    private static int bound(int index, int size) {
        return index < 0 ? index + size : index;
    }

    private static boolean holds(Step.Filter filter, JsonNode item) {
        List<JsonNode> values = filter.path.find(item);
        if (filter.operator.isEmpty()) {
            return !values.isEmpty();
        }
        if (values.isEmpty()) {
            return false;
        }
        JsonNode actual = values.getFirst();
        int order = actual.isNumber() && isNumber(filter.value)
                ? Double.compare(actual.doubleValue(), Double.parseDouble(filter.value))
                : actual.asText().compareTo(filter.value);
        return switch (filter.operator) {
            case "==" -> order == 0;
            case "!=" -> order != 0;
            case "<" -> order < 0;
            case "<=" -> order <= 0;
            case ">" -> order > 0;
            default -> order >= 0;
        };
    }

    private static boolean isNumber(String text) {
        return text.matches("-?[0-9]+(\\.[0-9]+)?");
    }

    private static final class Parser {
        private static final Pattern SLICE = Pattern.compile("(-?[0-9]{1,9})?(:(-?[0-9]{1,9})?(?::(-?[0-9]{1,9})?)?)?");

        private final String text;
        private int at;

        Parser(String text) {
            this.text = text;
        }

        List<Step> steps() {
            List<Step> steps = new ArrayList<>();
            while (at < text.length()) {
                char c = text.charAt(at);
                if (text.startsWith("..", at)) {
                    at += 2;
                    steps.add(new Step.Deep(name()));
                } else if (c == '.') {
                    at++;
                    String name = name();
                    if (name.equals("*")) {
                        steps.add(new Step.All());
                    } else if (!name.isEmpty()) {
                        steps.add(new Step.Field(name));
                    }
                } else if (c == '[') {
                    steps.add(subscript());
                } else {
                    throw new IllegalArgumentException("unexpected character at " + at + " of " + text);
                }
            }
            return steps;
        }

        private String name() {
            StringBuilder name = new StringBuilder();
            while (at < text.length() && text.charAt(at) != '.' && text.charAt(at) != '[') {
                if (text.charAt(at) == '\\' && at + 1 < text.length()) {
                    at++;
                }
                name.append(text.charAt(at++));
            }
            return name.toString();
        }

        private Step subscript() {
            int end = end();
            String inside = text.substring(at + 1, end).strip();
            at = end + 1;
            if (inside.equals("*")) {
                return new Step.All();
            }
            if (inside.startsWith("?(") && inside.endsWith(")")) {
                return filter(inside.substring(2, inside.length() - 1).strip());
            }
            boolean quoted = inside.length() > 1 && (inside.startsWith("'") || inside.startsWith("\""));
            if (quoted && inside.indexOf(inside.charAt(0), 1) == inside.length() - 1) {
                return new Step.Field(inside.substring(1, inside.length() - 1));
            }
            Matcher slice = SLICE.matcher(inside);
            if (!inside.isEmpty() && slice.matches()) {
                return slice(slice);
            }
            if (inside.indexOf(',') >= 0) {
                List<Step> union = new ArrayList<>();
                for (String one : inside.split(",")) {
                    union.add(new Parser("[" + one.strip() + "]").subscript());
                }
                return new Step.Union(union);
            }
            throw new IllegalArgumentException("unsupported subscript [" + inside + "] in " + text);
        }

        private static Step slice(Matcher slice) {
            Optional<Integer> start = number(slice.group(1));
            int every = number(slice.group(4)).orElse(1);
            if (every < 1) {
                throw new IllegalArgumentException("step must be > 0");
            }
            if (slice.group(2) == null) { // after -1 comes the end, not the first
                return new Step.Slice(start, start.filter(i -> i != -1).map(i -> i + 1), every);
            }
            return new Step.Slice(start, number(slice.group(3)), every);
        }

        private static Optional<Integer> number(@Nullable String digits) {
            return digits == null || digits.isEmpty() ? Optional.empty() : Optional.of(Integer.parseInt(digits));
        }

        /** Where the bracket closes, quoted ones apart. */
        private int end() {
            char quote = 0;
            int depth = 0;
            for (int i = at; i < text.length(); i++) {
                char c = text.charAt(i);
                if (quote != 0) {
                    quote = c == quote ? 0 : quote;
                } else if (c == '\'' || c == '"') {
                    quote = c;
                } else if (c == '[') {
                    depth++;
                } else if (c == ']' && --depth == 0) {
                    return i;
                }
            }
            throw new IllegalArgumentException("unterminated bracket in " + text);
        }

        private static Step filter(String condition) {
            for (String operator : List.of("==", "!=", "<=", ">=", "<", ">")) {
                int index = condition.indexOf(operator);
                if (index > 0) {
                    String right =
                            condition.substring(index + operator.length()).strip();
                    boolean quoted = right.length() > 1 && (right.startsWith("\"") || right.startsWith("'"));
                    String value = quoted ? right.substring(1, right.length() - 1) : right;
                    return new Step.Filter(relative(condition.substring(0, index)), operator, value);
                }
            }
            return new Step.Filter(relative(condition), "", "");
        }

        private static JsonPath relative(String text) {
            String path = text.strip();
            if (!path.startsWith("@")) {
                throw new IllegalArgumentException("a filter must begin with @: " + path);
            }
            return parse(path.substring(1));
        }
    }
}
