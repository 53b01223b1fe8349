package io.kybern.crd.schema;

import com.fasterxml.jackson.databind.JsonNode;
import io.kybern.crd.field.FieldError;
import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.schema.Validation.Result;
import io.kybern.crd.value.GoText;
import java.util.ArrayList;
import java.util.List;

/** The checks of one schema that look at one value alone, not into it. */
final class ValueChecks {
    private final Validation validation;
    private final Schema schema;
    private final Constraints constraints;
    private final String path;
    private final List<String> types;
    private final String format;

    ValueChecks(Validation validation, Schema schema, Constraints constraints, String path) {
        this.validation = validation;
        this.schema = schema;
        this.constraints = constraints;
        this.path = path;
        this.types = schema.intOrString()
                ? List.of("integer", "string")
                : schema.type().isEmpty() ? List.of() : List.of(schema.type());
        String only = types.size() == 1 ? types.getFirst() : "";
        this.format = Formats.isKnown(schema.format(), only) ? schema.format() : "";
    }

    /** The format, if it is one that counts. */
    String format() {
        return format;
    }

    /** Equality as Go's DeepEqual sees decoded JSON: 1 and 1.0 differ, an int and a long of 1 do not. */
    static boolean same(JsonNode a, JsonNode b) {
        return a == b || a.equals(ValueChecks::compareLeaves, b);
    }

    private static int compareLeaves(JsonNode a, JsonNode b) {
        boolean numbers = a.isNumber() && b.isNumber() && a.isIntegralNumber() == b.isIntegralNumber();
        boolean equal = numbers ? a.asText().equals(b.asText()) : a.equals(b);
        return equal ? 0 : 1;
    }

    Result type(JsonNode value) {
        Result result = new Result();
        String all = String.join(",", types);
        if (value.isNull()) {
            if (!types.isEmpty() && !schema.nullable()) {
                return mismatch(result, all, "null");
            }
            result.passed();
            return result;
        }
        String type = typeOf(value);
        boolean whole = type.equals("number") && isWhole(value.doubleValue()) && types.contains("integer");
        boolean widened = type.equals("integer") && types.contains("number");
        boolean textOrList = value.isTextual() || value.isArray();
        boolean fits = types.contains(type) || whole || widened;
        String valueFormat = type.equals("integer") ? "int64" : type.equals("number") ? "float64" : "";
        if (!textOrList && !format.isEmpty() && !fits && !format.equals(valueFormat)) {
            return mismatch(result, format, valueFormat);
        }
        boolean numeric = types.contains("number") || types.contains("integer");
        boolean leftToFormat = !numeric && !format.isEmpty() && textOrList;
        if (!leftToFormat && !fits) {
            return mismatch(result, all, type);
        }
        result.passed();
        return result;
    }

    private Result mismatch(Result result, String expected, String actual) {
        result.add(validation.typeInvalid(
                path, actual, path + " in body must be of type " + expected + ": " + FieldErrors.quote(actual)));
        return result;
    }

    private static String typeOf(JsonNode value) {
        return switch (value.getNodeType()) {
            case OBJECT -> "object";
            case ARRAY -> "array";
            case STRING -> "string";
            case BOOLEAN -> "boolean";
            case NUMBER -> value.isIntegralNumber() && value.canConvertToLong() ? "integer" : "number";
            default -> "null";
        };
    }

    private static boolean isWhole(double value) {
        return value == Math.rint(value) && Math.abs(value) <= 9007199254740991.0;
    }

    /** The first of its complaints only: the original stops there. */
    Result string(String value) {
        Result result = new Result();
        int length = value.codePointCount(0, value.length());
        if (constraints.maxLength().isPresent()
                && length > constraints.maxLength().getAsLong()) {
            long max = constraints.maxLength().getAsLong();
            result.add(validation.error(
                    FieldError.Type.TOO_LONG,
                    path,
                    "Too long: may not be more than " + max + (max == 1 ? " byte" : " bytes")));
        } else if (constraints.minLength().isPresent()
                && length < constraints.minLength().getAsLong()) {
            result.add(validation.invalid(
                    path,
                    value,
                    path + " in body should be at least "
                            + constraints.minLength().getAsLong() + " chars long"));
        } else if (!constraints.pattern().isEmpty() && !matchesPattern(value)) {
            result.add(validation.invalid(path, value, path + " in body should match '" + constraints.pattern() + "'"));
        }
        return result;
    }

    private boolean matchesPattern(String value) {
        return constraints.compiledPattern() instanceof com.google.re2j.Pattern pattern
                && pattern.matcher(value).find();
    }

    Result stringFormat(String value) {
        Result result = new Result();
        if (!Formats.matches(format, value)) {
            result.add(validation.typeInvalid(
                    path, value, path + " in body must be of type " + format + ": " + FieldErrors.quote(value)));
        }
        return result;
    }

    Result enumeration(JsonNode value) {
        Result result = new Result();
        List<JsonNode> allowed = constraints.enumeration();
        if (allowed.isEmpty() || (!value.isNull() && allowed.stream().anyMatch(e -> equalInKind(value, e)))) {
            return result;
        }
        List<String> texts = new ArrayList<>();
        allowed.forEach(e -> texts.add(FieldErrors.quote(e.isTextual() ? e.textValue() : e.toString())));
        String shown = value.isTextual() ? FieldErrors.quote(value.textValue()) : value.toString();
        result.add(validation.error(
                FieldError.Type.NOT_SUPPORTED,
                path,
                "Unsupported value: " + shown + ": supported values: " + String.join(", ", texts)));
        return result;
    }

    private static boolean equalInKind(JsonNode value, JsonNode allowed) {
        return value.isNumber() && allowed.isNumber()
                ? value.decimalValue().compareTo(allowed.decimalValue()) == 0
                : same(value, allowed);
    }

    Result number(JsonNode value) {
        Result result = new Result();
        range(value, "Checked", result);
        boolean integral = value.isIntegralNumber() && value.canConvertToLong();
        constraints.multipleOf().ifPresent(factor -> {
            if (!isMultiple(value, factor, integral)) {
                String shown = integral ? Long.toString((long) factor) : GoText.decimal(factor);
                result.add(validation.invalid(path, value, path + " in body should be a multiple of " + shown));
            }
        });
        constraints.minimum().ifPresent(min -> {
            double actual = value.doubleValue();
            boolean exclusive = constraints.exclusiveMinimum();
            if (exclusive ? actual <= min : actual < min) {
                bound(value, exclusive ? "greater than " : "greater than or equal to ", min, integral, result);
            }
        });
        constraints.maximum().ifPresent(max -> {
            double actual = value.doubleValue();
            boolean exclusive = constraints.exclusiveMaximum();
            if (exclusive ? actual >= max : actual > max) {
                bound(value, exclusive ? "less than " : "less than or equal to ", max, integral, result);
            }
        });
        result.passed();
        return result;
    }

    private static boolean isMultiple(JsonNode value, double factor, boolean integral) {
        if (integral && (long) factor == factor && factor > 0) {
            return value.longValue() % (long) factor == 0;
        }
        double quotient = factor < 1 ? 1 / factor * value.doubleValue() : value.doubleValue() / factor;
        return isWhole(quotient);
    }

    private void bound(JsonNode value, String relation, double bound, boolean integral, Result result) {
        String shown = integral && bound == Math.rint(bound) ? Long.toString((long) bound) : GoText.decimal(bound);
        result.add(validation.invalid(path, value, path + " in body should be " + relation + shown));
    }

    /** Whether the number fits the type that its format says. */
    private void range(JsonNode value, String what, Result result) {
        boolean fits = switch (schema.intOrString() ? "" : schema.type()) {
            case "integer" -> {
                boolean whole = value.isIntegralNumber() ? value.canConvertToLong() : isWhole(value.doubleValue());
                yield whole && (!format.equals("int32") || value.canConvertToInt());
            }
            case "number" -> !format.equals("float") || Math.abs(value.doubleValue()) <= Float.MAX_VALUE;
            default -> true;
        };
        if (!fits) {
            String kind = format.isEmpty() ? " (default format)" : " with format " + format;
            result.add(validation.plain(what + " value must be of type " + schema.type() + kind + " in " + path));
        }
    }
}
