package io.kybern.crd.value;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;

/**
 * An amount of a resource: a decimal number with the notation in which it was written, which decides how it is printed.
 * {@code 0.5Gi} prints as {@code 512Mi}, {@code 1000m} as {@code 1}, {@code 1e3} as {@code 1e3}. Amounts are exact down
 * to 10⁻⁹, finer ones are rounded up. Equality of amounts is {@link #compareTo}, not {@code equals}.
 *
 * <p>Source: {@code apimachinery/pkg/api/resource}.
 */
public record Quantity(BigDecimal amount, Notation notation) implements Comparable<Quantity> {
    public static final Quantity ZERO = new Quantity(BigDecimal.ZERO, Notation.DECIMAL);

    public static final String SYNTAX =
            "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";

    private static final String SUFFIX_LETTERS = "eEinumkKMGTP";
    private static final String BINARY = "KMGTPE";
    private static final String[] DECIMAL = {"n", "u", "m", "", "k", "M", "G", "T", "P", "E"};
    private static final BigDecimal LARGEST = BigDecimal.valueOf(Long.MAX_VALUE);
    private static final BigDecimal KIBI = BigDecimal.valueOf(1024);

    /** How an amount is written. */
    public enum Notation {
        /** With {@code Ki}, {@code Mi}, … */
        BINARY,
        /** With {@code m}, {@code k}, {@code M}, … */
        DECIMAL,
        /** With {@code e3}, {@code e6}, … */
        EXPONENT
    }

    /**
     * Reads an amount.
     *
     * @throws IllegalArgumentException with the original's message
     */
    public static Quantity parse(String text) {
        int start = text.startsWith("+") || text.startsWith("-") ? 1 : 0;
        int at = start;
        boolean point = false;
        while (at < text.length() && (isDigit(text.charAt(at)) || text.charAt(at) == '.' && !point)) {
            point |= text.charAt(at) == '.';
            at++;
        }
        String number = text.substring(start, at);
        String suffix = text.substring(at);
        int rest = at;
        while (rest < text.length() && SUFFIX_LETTERS.indexOf(text.charAt(rest)) >= 0) {
            rest++;
        }
        if (rest < text.length() && (text.charAt(rest) == '-' || text.charAt(rest) == '+')) {
            rest++;
        }
        while (rest < text.length() && isDigit(text.charAt(rest))) {
            rest++;
        }
        if (text.isEmpty() || rest < text.length()) {
            throw new IllegalArgumentException(SYNTAX);
        }
        if (number.isEmpty() || number.equals(".")) {
            throw new IllegalArgumentException("unable to parse numeric part of quantity");
        }
        Quantity scale = suffix(suffix);
        BigDecimal magnitude = new BigDecimal(number).multiply(scale.amount);
        if (magnitude.scale() > 9) {
            magnitude = magnitude.setScale(9, RoundingMode.UP);
        }
        if (magnitude.compareTo(LARGEST) > 0) {
            magnitude = LARGEST;
        }
        boolean small = magnitude.signum() > 0 && magnitude.compareTo(BigDecimal.ONE) < 0;
        Notation notation = scale.notation == Notation.BINARY && small ? Notation.DECIMAL : scale.notation;
        return new Quantity(text.startsWith("-") ? magnitude.negate() : magnitude, notation);
    }

    private static Quantity suffix(String suffix) {
        for (int i = 0; i < DECIMAL.length; i++) {
            if (DECIMAL[i].equals(suffix)) {
                return new Quantity(BigDecimal.ONE.scaleByPowerOfTen(3 * i - 9), Notation.DECIMAL);
            }
        }
        if (suffix.length() == 2 && suffix.charAt(1) == 'i' && BINARY.indexOf(suffix.charAt(0)) >= 0) {
            return new Quantity(KIBI.pow(BINARY.indexOf(suffix.charAt(0)) + 1), Notation.BINARY);
        }
        if (suffix.matches("[eE][+-]?[0-9]+")) {
            try {
                int exponent = Integer.parseInt(suffix.substring(1));
                return new Quantity(BigDecimal.ONE.scaleByPowerOfTen(exponent), Notation.EXPONENT);
            } catch (NumberFormatException e) {
                throw new IllegalArgumentException("unable to parse quantity's suffix", e);
            }
        }
        throw new IllegalArgumentException("unable to parse quantity's suffix");
    }

    /** The canonical text of an amount. */
    public static String canonical(String text) {
        return parse(text).toString();
    }

    public boolean isZero() {
        return amount.signum() == 0;
    }

    public Quantity plus(Quantity other) {
        return new Quantity(amount.add(other.amount), isZero() ? other.notation : notation);
    }

    public Quantity minus(Quantity other) {
        return new Quantity(amount.subtract(other.amount), isZero() ? other.notation : notation);
    }

    /** The amount as a whole number, rounded up. */
    public BigInteger value() {
        return amount.setScale(0, RoundingMode.UP).toBigInteger();
    }

    /** The amount in thousandths, rounded up. */
    public BigInteger milliValue() {
        return amount.scaleByPowerOfTen(3).setScale(0, RoundingMode.UP).toBigInteger();
    }

    /** The amount with at most three decimals, rounded up. */
    public Quantity roundUpToMilli() {
        return amount.stripTrailingZeros().scale() > 3
                ? new Quantity(amount.setScale(3, RoundingMode.UP), notation)
                : this;
    }

    @Override
    public int compareTo(Quantity other) {
        return amount.compareTo(other.amount);
    }

    /** The canonical text. */
    @Override
    public String toString() {
        if (isZero()) {
            return "0";
        }
        if (notation == Notation.BINARY && amount.abs().compareTo(KIBI) >= 0) {
            return binary();
        }
        BigDecimal stripped = amount.stripTrailingZeros();
        int exponent = -stripped.scale();
        int thousands = Math.floorDiv(exponent, 3);
        if (notation == Notation.DECIMAL) {
            thousands = Math.clamp(thousands, -3, 6);
        }
        String digits =
                stripped.scaleByPowerOfTen(-3 * thousands).toBigInteger().toString();
        if (notation == Notation.EXPONENT) {
            return thousands == 0 ? digits : digits + "e" + 3 * thousands;
        }
        return digits + DECIMAL[thousands + 3];
    }

    private String binary() {
        BigInteger left = value();
        BigInteger kibi = BigInteger.valueOf(1024);
        int power = 0;
        while (power < BINARY.length() && left.mod(kibi).signum() == 0) {
            left = left.divide(kibi);
            power++;
        }
        return power == 0 ? left.toString() : left.toString() + BINARY.charAt(power - 1) + "i";
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }
}
