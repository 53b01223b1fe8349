package io.kybern.apiserver.wire.protobuf;

import java.math.BigDecimal;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Go durations in canonical form, as nanoseconds. */
final class GoDuration {
    private static final Pattern PART = Pattern.compile("([0-9.]+)(ns|us|µs|ms|s|m|h)");
    private static final Map<String, Long> UNITS = Map.of(
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

    private GoDuration() {}

    static long nanos(String text) {
        Matcher parts = PART.matcher(text);
        BigDecimal total = BigDecimal.ZERO;
        while (parts.find()) {
            long unit = UNITS.getOrDefault(parts.group(2), 0L);
            total = total.add(new BigDecimal(parts.group(1)).multiply(BigDecimal.valueOf(unit)));
        }
        return text.startsWith("-") ? -total.longValue() : total.longValue();
    }

    /** Nanoseconds as a text that decoding makes canonical. */
    static String text(long nanos) {
        return nanos + "ns";
    }
}
