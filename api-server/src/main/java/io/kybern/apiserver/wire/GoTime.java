package io.kybern.apiserver.wire;

import io.kybern.crd.field.FieldErrors;
import java.math.BigDecimal;

/** Go's texts for times and durations. */
final class GoTime {
    /** RFC 3339 with microseconds. */
    static final String MICRO_LAYOUT = "2006-01-02T15:04:05.000000Z07:00";

    private static final String MICROS = ".000000";

    private GoTime() {}

    /** The error of {@code time.Parse} for a text that does not fit an RFC 3339 layout. */
    static String parseError(String text, String layout) {
        String[] elements = {"2006", "-", "01", "-", "02", "T", "15", ":", "04", ":", "05"};
        int at = 0;
        for (String element : elements) {
            boolean digits = Character.isDigit(element.charAt(0));
            boolean fits = at + element.length() <= text.length();
            for (int i = 0; fits && i < element.length(); i++) {
                char c = text.charAt(at + i);
                fits = digits ? c >= '0' && c <= '9' : c == element.charAt(i);
            }
            if (!fits) {
                return message(text, layout, text.substring(Math.min(at, text.length())), element);
            }
            at += element.length();
        }
        String rest = text.substring(at);
        if (layout.equals(MICRO_LAYOUT)) {
            if (rest.length() < MICROS.length() || !rest.startsWith(".")) {
                return message(text, layout, rest, MICROS);
            }
            rest = rest.substring(MICROS.length());
        }
        if (rest.isEmpty()) {
            return message(text, layout, rest, "Z07:00");
        }
        return rest.startsWith("Z")
                ? "parsing time " + FieldErrors.quote(text) + ": extra text: " + FieldErrors.quote(rest.substring(1))
                : message(text, layout, rest, "Z07:00");
    }

    private static String message(String text, String layout, String rest, String element) {
        return "parsing time " + FieldErrors.quote(text) + " as " + FieldErrors.quote(layout) + ": cannot parse "
                + FieldErrors.quote(rest) + " as " + FieldErrors.quote(element);
    }

    /** Canonical form of a Go duration: {@code 90s} is {@code 1m30s}. */
    static String duration(String text) {
        return format(parseNanos(text));
    }

    private static long parseNanos(String text) {
        String rest = text;
        boolean negative = rest.startsWith("-");
        if (negative || rest.startsWith("+")) {
            rest = rest.substring(1);
        }
        if (rest.equals("0")) {
            return 0;
        }
        if (rest.isEmpty()) {
            throw new DecodeException("time: invalid duration " + FieldErrors.quote(text));
        }
        BigDecimal total = BigDecimal.ZERO;
        int i = 0;
        while (i < rest.length()) {
            int start = i;
            while (i < rest.length() && (Character.isDigit(rest.charAt(i)) || rest.charAt(i) == '.')) {
                i++;
            }
            int unitStart = i;
            while (i < rest.length() && !Character.isDigit(rest.charAt(i)) && rest.charAt(i) != '.') {
                i++;
            }
            String unit = rest.substring(unitStart, i);
            if (start == unitStart) {
                throw new DecodeException("time: invalid duration " + FieldErrors.quote(text));
            }
            if (unit.isEmpty()) {
                throw new DecodeException("time: missing unit in duration " + FieldErrors.quote(text));
            }
            long scale = switch (unit) {
                case "ns" -> 1L;
                case "us", "µs", "μs" -> 1_000L;
                case "ms" -> 1_000_000L;
                case "s" -> 1_000_000_000L;
                case "m" -> 60_000_000_000L;
                case "h" -> 3_600_000_000_000L;
                default ->
                    throw new DecodeException("time: unknown unit " + FieldErrors.quote(unit) + " in duration "
                            + FieldErrors.quote(text));
            };
            total = total.add(new BigDecimal(rest.substring(start, unitStart)).multiply(BigDecimal.valueOf(scale)));
        }
        long nanos = total.longValue();
        return negative ? -nanos : nanos;
    }

    private static String format(long nanos) {
        if (nanos == 0) {
            return "0s";
        }
        String sign = nanos < 0 ? "-" : "";
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
