package io.kybern.crd.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import io.kybern.crd.value.GoText;

/**
 * The checks of one schema for numbers, with the original's oddities: integers are compared with a bound cut down to one, and a
 * bound that does not fit the type which the schema gives, or its format, is a fault of each value.
 *
 * <p>Source: {@code kube-openapi/pkg/validation/validate}, {@code numberValidator} and {@code IsValueValidAgainstRange}.
 */
final class NumberChecks {
    private static final double LARGEST_WHOLE = 9007199254740991.0;
    private static final double TWO_TO_63 = 0x1p63;

    private final Validation validation;
    private final Schema schema;
    private final Constraints constraints;
    private final Place path;
    private final String format;

    NumberChecks(Validation validation, Schema schema, Constraints constraints, Place path, String format) {
        this.validation = validation;
        this.schema = schema;
        this.constraints = constraints;
        this.path = path;
        this.format = format;
    }

    ValidationResult check(JsonNode value) {
        ValidationResult result = new ValidationResult();
        boolean integral = value.isIntegralNumber() && value.canConvertToLong();
        if (!fits(value)) {
            misfit("Checked", result);
        }
        constraints.multipleOf().ifPresent(factor -> {
            boolean whole = integral & bound(factor, "MultipleOf", result);
            if (whole ? isNoMultiple(value.longValue(), truncated(factor)) : !isMultiple(value.doubleValue(), factor)) {
                complain(value, "be a multiple of ", factor, whole, result);
            }
        });
        constraints.minimum().ifPresent(min -> {
            boolean whole = integral & bound(min, "Minimum boundary", result);
            int order = order(value, min, whole);
            boolean exclusive = constraints.exclusiveMinimum();
            if (exclusive ? order <= 0 : order < 0) {
                complain(value, exclusive ? "be greater than " : "be greater than or equal to ", min, whole, result);
            }
        });
        constraints.maximum().ifPresent(max -> {
            boolean whole = integral & bound(max, "Maximum boundary", result);
            int order = order(value, max, whole);
            boolean exclusive = constraints.exclusiveMaximum();
            if (exclusive ? order >= 0 : order > 0) {
                complain(value, exclusive ? "be less than " : "be less than or equal to ", max, whole, result);
            }
        });
        result.passed();
        return result;
    }

    private static int order(JsonNode value, double bound, boolean whole) {
        return whole
                ? Long.compare(value.longValue(), truncated(bound))
                : Double.compare(value.doubleValue() + 0.0, bound + 0.0); // no negative zeros
    }

    private static boolean isNoMultiple(long value, long factor) {
        return factor == 0 || value % factor != 0;
    }

    private static boolean isMultiple(double value, double factor) {
        return isWhole(factor < 1 ? 1 / factor * value : value / factor);
    }

    /** Whether the bound fits; if not, that is a complaint. */
    private boolean bound(double bound, String what, ValidationResult result) {
        boolean fits = fits(DoubleNode.valueOf(bound));
        if (!fits) {
            misfit(what, result);
        }
        return fits;
    }

    private void misfit(String what, ValidationResult result) {
        String kind = format.isEmpty() ? " (default format)" : " with format " + format;
        result.add(validation.plain(what + " value must be of type " + schema.type() + kind + " in " + path));
    }

    /** Whether the number is one of the schema's type and format, as printed in full. */
    private boolean fits(JsonNode number) {
        double value = number.doubleValue();
        return switch (schema.intOrString() ? "" : schema.type()) {
            case "integer" -> {
                boolean whole = number.isIntegralNumber()
                        ? number.canConvertToLong()
                        : value == Math.rint(value) && value >= -TWO_TO_63 && value < TWO_TO_63;
                yield whole && (!format.equals("int32") || value >= Integer.MIN_VALUE && value <= Integer.MAX_VALUE);
            }
            case "number" -> !format.equals("float") || Math.abs(value) <= Float.MAX_VALUE;
            default -> true;
        };
    }

    private void complain(JsonNode value, String relation, double bound, boolean whole, ValidationResult result) {
        JsonNode shown = whole ? value : DoubleNode.valueOf(value.doubleValue());
        String than = whole ? Long.toString(truncated(bound)) : GoText.decimal(bound);
        result.add(validation.invalid(path, shown, path + " in body should " + relation + than));
    }

    /** As Go makes an int64 of a float64 on amd64. */
    private static long truncated(double value) {
        return value >= -TWO_TO_63 && value < TWO_TO_63 ? (long) value : Long.MIN_VALUE;
    }

    /** As {@code swag.IsFloat64AJSONInteger}: nearly counts, but not below zero. */
    static boolean isWhole(double value) {
        if (!(Math.abs(value) <= LARGEST_WHOLE)) {
            return false;
        }
        double whole = value < 0 ? Math.ceil(value) : Math.floor(value);
        return value == whole || value > 1 && (value - whole) / (value + whole) < 1e-9;
    }
}
