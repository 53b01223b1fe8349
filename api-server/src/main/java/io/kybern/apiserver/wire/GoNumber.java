package io.kybern.apiserver.wire;

import java.math.BigDecimal;

/** Floats as Go's JSON encoder prints them. */
final class GoNumber {
    private GoNumber() {}

    static String format(double value) {
        double size = Math.abs(value);
        BigDecimal shortest = new BigDecimal(Double.toString(value));
        if (size != 0 && (size < 1e-6 || size >= 1e21)) {
            BigDecimal stripped = shortest.stripTrailingZeros();
            int exponent = stripped.precision() - stripped.scale() - 1;
            String digits = stripped.unscaledValue().abs().toString();
            String mantissa = digits.length() == 1 ? digits : digits.charAt(0) + "." + digits.substring(1);
            return (value < 0 ? "-" : "") + mantissa + "e" + (exponent < 0 ? "-" : "+") + Math.abs(exponent);
        }
        String plain = shortest.stripTrailingZeros().toPlainString();
        return plain.equals("-0") ? "0" : plain;
    }
}
