package io.kybern.crd.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.re2j.PatternSyntaxException;
import io.kybern.crd.field.FieldError;
import io.kybern.crd.field.FieldErrors;
import java.util.List;

/** The checks of one schema that look at one value alone, not into it. */
final class ValueChecks {
    private final Validation validation;
    private final Schema schema;
    private final Constraints constraints;
    private final Place path;
    private final List<String> types;
    private final String format;

    ValueChecks(Validation validation, Schema schema, Constraints constraints, Place path) {
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

    ValidationResult type(JsonNode value) {
        ValidationResult result = new ValidationResult();
        String all = String.join(",", types);
        if (value.isNull()) {
            if (!types.isEmpty() && !schema.nullable()) {
                return mismatch(result, all, "null");
            }
            result.passed();
            return result;
        }
        String type = typeOf(value);
        boolean whole = type.equals("number") && NumberChecks.isWhole(value.doubleValue()) && types.contains("integer");
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

    private ValidationResult mismatch(ValidationResult result, String expected, String actual) {
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

    /** The first of its complaints only: the original stops there. */
    ValidationResult string(String value) {
        ValidationResult result = new ValidationResult();
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
        } else if (!constraints.pattern().isEmpty()) {
            pattern(value, result);
        }
        return result;
    }

    private void pattern(String value, ValidationResult result) {
        Regex pattern = constraints.compiledPattern();
        try {
            if (pattern == null || !matches(pattern, value)) {
                result.add(validation.invalid(
                        path, value, path + " in body should match '" + constraints.pattern() + "'"));
            }
        } catch (PatternSyntaxException e) { // so that it is not known whether it matches
            result.add(validation.invalid(path, value, path + " in body is too long to be matched: " + e.getMessage()));
        }
    }

    private boolean matches(Regex pattern, String value) {
        validation.effort().spend(pattern.steps(value));
        return pattern.find(value);
    }

    ValidationResult stringFormat(String value) {
        ValidationResult result = new ValidationResult();
        if (!Formats.matches(format, value)) {
            result.add(validation.typeInvalid(
                    path, value, path + " in body must be of type " + format + ": " + FieldErrors.quote(value)));
        }
        return result;
    }

    ValidationResult enumeration(JsonNode value) {
        ValidationResult result = new ValidationResult();
        Enumeration allowed = constraints.enumeration();
        if (!allowed.isEmpty() && !allowed.contains(value)) {
            String shown = value.isTextual() ? FieldErrors.quote(value.textValue()) : value.toString();
            result.add(validation.error(
                    FieldError.Type.NOT_SUPPORTED,
                    path,
                    "Unsupported value: " + shown + ": supported values: " + allowed.shown()));
        }
        return result;
    }

    ValidationResult number(JsonNode value) {
        return new NumberChecks(validation, schema, constraints, path, format).check(value);
    }
}
