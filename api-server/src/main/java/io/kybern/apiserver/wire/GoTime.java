package io.kybern.apiserver.wire;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/** Go's texts for times and durations. */
final class GoTime {
    /** RFC 3339 with microseconds. */
    static final String MICRO_LAYOUT = "2006-01-02T15:04:05.000000Z07:00";

    private static final BigInteger LARGEST = BigInteger.ONE.shiftLeft(63);

    private GoTime() {}

    /** RFC 3339 in whole seconds, or with any fraction. */
    static final String LAYOUT = "2006-01-02T15:04:05Z07:00";

    /**
     * Reads a time as {@code time.Parse} does, which is more lenient than RFC 3339: a comma is a point, an hour may have
     * one digit.
     *
     * @param layout one of the two
     * @throws DecodeException with its complaint
     */
    static Instant parse(String text, String layout) {
        return new TimeReader(text, layout).read();
    }

    /** Canonical form of a Go duration: {@code 90s} is {@code 1m30s}. */
    static String duration(String text) {
        return format(parseNanos(text));
    }

    private static long parseNanos(String text) {
        int at = text.startsWith("-") || text.startsWith("+") ? 1 : 0;
        if (text.substring(at).equals("0")) {
            return 0;
        }
        if (at == text.length()) {
            throw invalidDuration(text);
        }
        BigInteger total = BigInteger.ZERO;
        while (at < text.length()) {
            int end = unitStart(text, at);
            int unitEnd = end;
            while (unitEnd < text.length() && !isDigit(text.charAt(unitEnd)) && text.charAt(unitEnd) != '.') {
                unitEnd++;
            }
            String number = text.substring(at, end);
            if (!isNumber(number) || new BigDecimal(number).toBigInteger().compareTo(LARGEST) > 0) {
                throw invalidDuration(text);
            }
            if (unitEnd == end) {
                throw new DecodeException("time: missing unit in duration " + quoted(text));
            }
            long unit = unit(text.substring(end, unitEnd), text);
            total = total.add(
                    new BigDecimal(number).multiply(BigDecimal.valueOf(unit)).toBigInteger());
            if (total.compareTo(LARGEST) > 0) {
                throw invalidDuration(text);
            }
            at = unitEnd;
        }
        boolean negative = text.startsWith("-");
        if (!negative && total.equals(LARGEST)) {
            throw invalidDuration(text);
        }
        return (negative ? total.negate() : total).longValueExact();
    }

    /** Where the number that begins here ends: digits with at most one point among them. */
    private static int unitStart(String text, int from) {
        int at = from;
        boolean point = false;
        while (at < text.length() && (isDigit(text.charAt(at)) || text.charAt(at) == '.' && !point)) {
            point |= text.charAt(at) == '.';
            at++;
        }
        return at;
    }

    private static boolean isNumber(String text) {
        return !text.isEmpty() && !text.equals(".");
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private static long unit(String unit, String text) {
        return switch (unit) {
            case "ns" -> 1L;
            case "us", "µs", "μs" -> 1_000L;
            case "ms" -> 1_000_000L;
            case "s" -> 1_000_000_000L;
            case "m" -> 60_000_000_000L;
            case "h" -> 3_600_000_000_000L;
            default -> throw new DecodeException("time: unknown unit " + quoted(unit) + " in duration " + quoted(text));
        };
    }

    private static DecodeException invalidDuration(String text) {
        return new DecodeException("time: invalid duration " + quoted(text));
    }

    /** As package time quotes: what is not ASCII byte by byte. */
    static String quoted(String text) {
        StringBuilder out = new StringBuilder("\"");
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            if (b == '"' || b == '\\') {
                out.append('\\').append((char) b);
            } else if (b >= 0x20) {
                out.append((char) b);
            } else {
                out.append(String.format("\\x%02x", b));
            }
        }
        return out.append('"').toString();
    }

    private static String format(long nanos) {
        if (nanos == 0) {
            return "0s";
        }
        String sign = nanos < 0 ? "-" : "";
        if (nanos == Long.MIN_VALUE) {
            return "-2562047h47m16.854775808s";
        }
        long left = Math.abs(nanos);
        if (left < 1_000_000_000L) {
            if (left < 1_000) {
                return sign + left + "ns";
            }
            long unit = left < 1_000_000 ? 1_000 : 1_000_000;
            return sign + plain(left, unit) + (unit == 1_000 ? "µs" : "ms");
        }
        long hours = left / 3_600_000_000_000L;
        long minutes = left / 60_000_000_000L % 60;
        String seconds = plain(left % 60_000_000_000L, 1_000_000_000L) + "s";
        if (hours > 0) {
            return sign + hours + "h" + minutes + "m" + seconds;
        }
        return sign + (minutes > 0 ? minutes + "m" : "") + seconds;
    }

    private static String plain(long value, long unit) {
        return BigDecimal.valueOf(value)
                .divide(BigDecimal.valueOf(unit))
                .stripTrailingZeros()
                .toPlainString();
    }
}
