package io.kybern.crd.value;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.List;
import java.util.Optional;

/**
 * An amount of a resource: a decimal number with the notation in which it was written, which decides how it is printed.
 * {@code 0.5Gi} prints as {@code 512Mi}, {@code 1000m} as {@code 1}, {@code 1e3} as {@code 1e3}. Amounts are exact down
 * to 10⁻⁹, finer ones are rounded up. Equality of amounts is {@link #compareTo}, not {@code equals}.
 *
 * <p>The original keeps a text that its quick reading takes for canonical, though it need not be: {@code +90M} and
 * {@code 010m} are printed as they were written.
 *
 * <p>Source: {@code apimachinery/pkg/api/resource}.
 *
 * @param text how it was written, if it is printed so; else empty
 */
public record Quantity(BigDecimal amount, Notation notation, String text) implements Comparable<Quantity> {
    public static final Quantity ZERO = new Quantity(BigDecimal.ZERO, Notation.DECIMAL);

    public static final String SYNTAX =
            "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";

    private static final String NO_NUMBER = "unable to parse numeric part of quantity";
    private static final String NO_SUFFIX = "unable to parse quantity's suffix";
    private static final String SUFFIX_LETTERS = "eEinumkKMGTP";
    private static final String BINARY = "KMGTPE";
    private static final List<String> DECIMAL = List.of("n", "u", "m", "", "k", "M", "G", "T", "P", "E");
    private static final BigDecimal LARGEST = BigDecimal.valueOf(Long.MAX_VALUE);
    private static final BigDecimal SMALLEST = BigDecimal.ONE.movePointLeft(9);
    private static final BigDecimal KIBI = BigDecimal.valueOf(1024);
    /** Larger ones stop the original; here they are refused, so that no amount takes long to write out. */
    private static final int LARGEST_EXPONENT = 10_000;

    private static final int QUICK_DIGITS = 18;

    /** How an amount is written. */
    public enum Notation {
        /** With {@code Ki}, {@code Mi}, … */
        BINARY,
        /** With {@code m}, {@code k}, {@code M}, … */
        DECIMAL,
        /** With {@code e3}, {@code e6}, … */
        EXPONENT
    }

    /** An amount that is printed canonically. */
    public Quantity(BigDecimal amount, Notation notation) {
        this(amount, notation, "");
    }

    /**
     * Reads an amount.
     *
     * @throws IllegalArgumentException with the original's message
     */
    public static Quantity parse(String text) {
        if (text.isEmpty()) {
            throw new IllegalArgumentException(SYNTAX);
        }
        int sign = text.charAt(0) == '+' || text.charAt(0) == '-' ? 1 : 0;
        int start = skip(text, sign, "0");
        int point = skip(text, start, "0123456789");
        if (point == text.length() && start == point) {
            return ZERO;
        }
        boolean fraction = point < text.length() && text.charAt(point) == '.';
        int end = fraction ? skip(text, point + 1, "0123456789") : point;
        int letters = skip(text, end, SUFFIX_LETTERS);
        int exponentSign = letters < text.length() && "+-".indexOf(text.charAt(letters)) >= 0 ? letters + 1 : letters;
        if (skip(text, exponentSign, "0123456789") < text.length()) {
            throw new IllegalArgumentException(SYNTAX);
        }
        String whole = start == point ? "0" : text.substring(start, point);
        String decimals = fraction ? text.substring(point + 1, end) : "";
        Suffix suffix = Suffix.of(text.substring(end));
        Optional<Quantity> quick = quick(text, whole, decimals, suffix);
        return quick.isPresent() ? quick.get() : exact(text.substring(0, end), suffix);
    }

    private static int skip(String text, int from, String characters) {
        int at = from;
        while (at < text.length() && characters.indexOf(text.charAt(at)) >= 0) {
            at++;
        }
        return at;
    }

    /** What a number is multiplied by: ten, or two, to the power of the exponent. */
    private record Suffix(Notation notation, int exponent) {
        static Suffix of(String text) {
            int decimal = DECIMAL.indexOf(text);
            if (decimal >= 0) {
                return new Suffix(Notation.DECIMAL, 3 * decimal - 9);
            }
            if (text.length() == 2 && text.charAt(1) == 'i' && BINARY.indexOf(text.charAt(0)) >= 0) {
                return new Suffix(Notation.BINARY, 10 * (BINARY.indexOf(text.charAt(0)) + 1));
            }
            if (text.length() > 1 && (text.charAt(0) == 'e' || text.charAt(0) == 'E')) {
                try {
                    int exponent = Integer.parseInt(text.substring(1));
                    if (exponent <= LARGEST_EXPONENT) {
                        return new Suffix(Notation.EXPONENT, exponent);
                    }
                } catch (NumberFormatException e) {
                    throw new IllegalArgumentException(NO_SUFFIX, e);
                }
            }
            throw new IllegalArgumentException(NO_SUFFIX);
        }
    }

    /** The original's way for numbers of few digits, which decides whether the text is kept. */
    private static Optional<Quantity> quick(String text, String whole, String decimals, Suffix suffix) {
        boolean binary = suffix.notation == Notation.BINARY;
        int digits = whole.length() + decimals.length();
        boolean few = binary
                ? decimals.isEmpty() && 15 - digits - suffix.exponent * 3 / 10 - 1 >= 0
                : digits <= QUICK_DIGITS && (long) suffix.exponent - decimals.length() >= -9;
        if (!few) {
            return Optional.empty();
        }
        long value = Long.parseLong(whole + decimals);
        int scale = binary ? 0 : suffix.exponent - decimals.length();
        BigDecimal magnitude = binary
                ? BigDecimal.valueOf(value).multiply(BigDecimal.valueOf(1L << suffix.exponent))
                : BigDecimal.valueOf(value, -scale);
        boolean kept = binary
                ? (value & 7) != 0
                : scale % 3 == 0 && !(whole + decimals).endsWith("000") && !whole.startsWith("0");
        return Optional.of(
                new Quantity(text.startsWith("-") ? magnitude.negate() : magnitude, suffix.notation, kept ? text : ""));
    }

    private static Quantity exact(String number, Suffix suffix) {
        BigDecimal value;
        try {
            value = new BigDecimal(number);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(NO_NUMBER, e);
        }
        boolean binary = suffix.notation == Notation.BINARY;
        BigDecimal magnitude = value.abs();
        if (binary) {
            magnitude = magnitude.multiply(KIBI.pow(suffix.exponent / 10));
        }
        if (magnitude.signum() != 0) {
            magnitude = roundedUp(magnitude, binary ? 0 : suffix.exponent);
        }
        Notation notation = suffix.notation;
        if (binary && magnitude.compareTo(LARGEST) > 0) {
            magnitude = LARGEST;
        } else if (binary && magnitude.signum() > 0 && magnitude.compareTo(BigDecimal.ONE) < 0) {
            notation = Notation.DECIMAL;
        }
        return new Quantity(value.signum() < 0 ? magnitude.negate() : magnitude, notation);
    }

    /** A positive number times a power of ten, to nine decimals; those that are far smaller need no division. */
    private static BigDecimal roundedUp(BigDecimal number, int exponent) {
        long leading = (long) number.precision() - number.scale() + exponent;
        if (leading < -9) {
            return SMALLEST;
        }
        BigDecimal scaled = number.scaleByPowerOfTen(exponent);
        return scaled.scale() > 9 ? scaled.setScale(9, RoundingMode.UP) : scaled;
    }

    /** The text that an amount is printed as. */
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
        return amount.scale() > 3 ? new Quantity(amount.setScale(3, RoundingMode.UP), notation) : this;
    }

    @Override
    public int compareTo(Quantity other) {
        return amount.compareTo(other.amount);
    }

    /** The text that it was written with, if that is kept; else the canonical one. */
    @Override
    public String toString() {
        if (!text.isEmpty()) {
            return text;
        }
        if (isZero()) {
            return "0";
        }
        BigDecimal stripped = amount.stripTrailingZeros();
        if (notation == Notation.BINARY && amount.abs().compareTo(KIBI) >= 0 && stripped.scale() <= 0) {
            return binary(stripped.toBigInteger());
        }
        int thousands = Math.floorDiv(-stripped.scale(), 3);
        String digits =
                stripped.scaleByPowerOfTen(-3 * thousands).toBigInteger().toString();
        if (notation == Notation.EXPONENT) {
            return thousands == 0 ? digits : digits + "e" + 3 * thousands;
        }
        // Past the last suffix the original prints none.
        return thousands > 6 ? digits : digits + DECIMAL.get(thousands + 3);
    }

    private static String binary(BigInteger amount) {
        BigInteger left = amount;
        BigInteger kibi = BigInteger.valueOf(1024);
        int power = 0;
        while (left.mod(kibi).signum() == 0) {
            left = left.divide(kibi);
            power++;
        }
        return power == 0 || power > BINARY.length()
                ? left.toString()
                : left.toString() + BINARY.charAt(power - 1) + "i";
    }
}
