package io.kybern.crd.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.re2j.PatternSyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * The value validations of a schema: everything but its type and structure.
 *
 * @param pattern as written; {@link #compiledPattern} is made once
 * @param enumeration the allowed values; empty: any
 * @param rules {@code x-kubernetes-validations} as given, for an evaluator of CEL
 */
public record Constraints(
        List<String> required,
        OptionalDouble minimum,
        boolean exclusiveMinimum,
        OptionalDouble maximum,
        boolean exclusiveMaximum,
        OptionalDouble multipleOf,
        OptionalLong minLength,
        OptionalLong maxLength,
        String pattern,
        @Nullable Regex compiledPattern,
        OptionalLong minItems,
        OptionalLong maxItems,
        boolean uniqueItems,
        OptionalLong minProperties,
        OptionalLong maxProperties,
        Enumeration enumeration,
        List<Schema> allOf,
        List<Schema> anyOf,
        List<Schema> oneOf,
        Optional<Schema> not,
        List<JsonNode> rules) {

    static Constraints of(ObjectNode raw) {
        return of(raw, raw.path("pattern").asText(""));
    }

    private static Constraints of(ObjectNode raw, String pattern) {
        return new Constraints(
                Schema.strings(raw.path("required")),
                number(raw, "minimum"),
                raw.path("exclusiveMinimum").asBoolean(),
                number(raw, "maximum"),
                raw.path("exclusiveMaximum").asBoolean(),
                number(raw, "multipleOf"),
                count(raw, "minLength"),
                count(raw, "maxLength"),
                pattern,
                compile(pattern),
                count(raw, "minItems"),
                count(raw, "maxItems"),
                raw.path("uniqueItems").asBoolean(),
                count(raw, "minProperties"),
                count(raw, "maxProperties"),
                new Enumeration(list(raw.path("enum"))),
                schemas(raw.path("allOf")),
                schemas(raw.path("anyOf")),
                schemas(raw.path("oneOf")),
                raw.path("not") instanceof ObjectNode not ? Optional.of(Schemas.parseSingle(not)) : Optional.empty(),
                list(raw.path("x-kubernetes-validations")));
    }

    /** Whether a pattern was given that the language does not know: no value satisfies it. */
    public boolean patternIsBroken() {
        return !pattern.isEmpty() && compiledPattern == null;
    }

    private static @Nullable Regex compile(String pattern) {
        if (pattern.isEmpty()) {
            return null;
        }
        try {
            return Patterns.compile(pattern);
        } catch (PatternSyntaxException e) {
            return null;
        }
    }

    private static OptionalDouble number(JsonNode raw, String field) {
        JsonNode value = raw.get(field);
        return value != null && value.isNumber() ? OptionalDouble.of(value.doubleValue()) : OptionalDouble.empty();
    }

    private static OptionalLong count(JsonNode raw, String field) {
        JsonNode value = raw.get(field);
        return value != null && value.isNumber() ? OptionalLong.of(value.longValue()) : OptionalLong.empty();
    }

    private static List<JsonNode> list(JsonNode array) {
        List<JsonNode> all = new ArrayList<>(array.size());
        array.forEach(all::add);
        return List.copyOf(all);
    }

    private static List<Schema> schemas(JsonNode array) {
        List<Schema> all = new ArrayList<>(array.size());
        for (JsonNode each : array) {
            if (each instanceof ObjectNode object) {
                all.add(Schemas.parseSingle(object));
            }
        }
        return List.copyOf(all);
    }
}
