package io.kybern.crd.value;

import com.fasterxml.jackson.databind.JsonNode;
import io.kybern.crd.field.FieldErrors;

/** A number of things, or a percentage of all of them. Source: {@code apimachinery/pkg/util/intstr}. */
public final class IntOrString {
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
        long percent;
        try {
            percent = Integer.parseInt(text.substring(0, text.length() - 1));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    "invalid value for IntOrString: invalid value " + FieldErrors.quote(text)
                            + ": strconv.Atoi: parsing " + FieldErrors.quote(text.substring(0, text.length() - 1))
                            + ": invalid syntax",
                    e);
        }
        return roundUp ? Math.ceilDiv(percent * total, 100) : Math.floorDiv(percent * total, 100);
    }
}
