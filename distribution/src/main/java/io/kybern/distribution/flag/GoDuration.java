package io.kybern.distribution.flag;

import java.time.Duration;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as Kubernetes flags have them: {@code 300ms}, {@code 1.5h}, {@code 2h45m}. Source: Go's {@code time.ParseDuration}. */
public final class GoDuration {
    private static final Map<String, Long> NANOS = Map.of(
            "ns",
            1L,
            "us",
            1_000L,
            "µs",
            1_000L,
            "ms",
            1_000_000L,
            "s",
            1_000_000_000L,
            "m",
            60_000_000_000L,
            "h",
            3_600_000_000_000L);
    private static final Pattern PART = Pattern.compile("(\\d+(?:\\.\\d*)?|\\.\\d+)(ns|us|µs|ms|s|m|h)");

    private GoDuration() {}

    /**
     * Never negative.
     *
     * @param what names the place in the complaint, such as a flag
     * @throws FlagException if it is no duration
     */
    public static Duration of(String what, String text) {
        if (text.equals("0")) {
            return Duration.ZERO;
        }
        Duration sum = Duration.ZERO;
        Matcher parts = PART.matcher(text);
        int end = 0;
        while (end < text.length() && parts.find(end) && parts.start() == end) {
            try {
                sum = sum.plus(part(parts.group(1), unit(parts.group(2))));
            } catch (ArithmeticException | NumberFormatException e) {
                break; // centuries
            }
            end = parts.end();
        }
        if (text.isEmpty() || end < text.length()) {
            throw new FlagException(what + " is a duration such as 5m0s, not \"" + text + "\"");
        }
        return sum;
    }

    /** In whole numbers: to load what knows of decimal ones takes a start 30 ms. */
    private static Duration part(String number, long unit) {
        int point = number.indexOf('.');
        String whole = point < 0 ? number : number.substring(0, point);
        long nanos = whole.isEmpty() ? 0 : Math.multiplyExact(Long.parseLong(whole), unit);
        long digit = unit / 10;
        for (int i = point + 1; point >= 0 && i < number.length() && digit > 0; i++, digit /= 10) {
            nanos += digit * (number.charAt(i) - '0');
        }
        return Duration.ofNanos(nanos);
    }

    private static long unit(String name) {
        return NANOS.getOrDefault(name, 1L);
    }
}
