package io.kybern.crd.value;

import com.fasterxml.jackson.databind.JsonNode;
import io.kybern.crd.field.FieldErrors;
import java.math.BigInteger;

/** A number of things, or a percentage of all of them. Source: {@code apimachinery/pkg/util/intstr}. */
public final class IntOrString {
    private static final BigInteger UNSIGNED = BigInteger.ONE.shiftLeft(64).subtract(BigInteger.ONE);

    private IntOrString() {}

    /**
     * The number that is meant.
     *
     * @param total what a percentage is of
     * @throws IllegalArgumentException with the original's message, if a text is not a percentage
     */
    public static long scaled(JsonNode value, long total, boolean roundUp) {
        if (value.isIntegralNumber()) {
            return value.longValue();
        }
        String text = value.asText("");
        if (!text.endsWith("%")) {
            throw new IllegalArgumentException(
                    "invalid value for IntOrString: invalid type: string is not a percentage");
        }
        String number = text.substring(0, text.length() - 1);
        double share;
        try {
            share = (double) Long.parseLong(number) * total / 100;
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    "invalid value for IntOrString: invalid value " + FieldErrors.quote(text)
                            + ": strconv.Atoi: parsing " + FieldErrors.quote(number)
                            + (overflows(number) ? ": value out of range" : ": invalid syntax"),
                    e);
        }
        return (long) (roundUp ? Math.ceil(share) : Math.floor(share));
    }

    /** Whether Go meets a number that is too large before it meets something that is no digit. */
    private static boolean overflows(String number) {
        int start = number.startsWith("-") || number.startsWith("+") ? 1 : 0;
        int end = start;
        while (end < number.length() && number.charAt(end) >= '0' && number.charAt(end) <= '9') {
            end++;
        }
        if (end == start) {
            return false;
        }
        BigInteger largest = end == number.length() ? BigInteger.valueOf(Long.MAX_VALUE) : UNSIGNED;
        return new BigInteger(number.substring(start, end)).compareTo(largest) > 0;
    }
}
