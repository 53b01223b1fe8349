package io.kybern.crd.value;

import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Optional;

/** Times as objects carry them: RFC 3339 in UTC, whole seconds for Time, six digits for MicroTime. */
public final class KubeTime {
    private static final DateTimeFormatter SECONDS =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss'Z'").withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter MICROS =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);

    private KubeTime() {}

    /** Reads an RFC 3339 time with any offset; empty if it is none. */
    public static Optional<Instant> parse(String text) {
        try {
            return Optional.of(OffsetDateTime.parse(text).toInstant());
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    /** The form of {@code metav1.Time}: each new object has two of them, so that no formatter is asked. */
    public static String seconds(Instant time) {
        LocalDateTime at = LocalDateTime.ofEpochSecond(time.getEpochSecond(), 0, ZoneOffset.UTC);
        if (at.getYear() < 0 || at.getYear() > 9999) {
            return SECONDS.format(time);
        }
        byte[] out = "0000-00-00T00:00:00Z".getBytes(StandardCharsets.ISO_8859_1);
        two(out, 0, at.getYear() / 100);
        two(out, 2, at.getYear() % 100);
        two(out, 5, at.getMonthValue());
        two(out, 8, at.getDayOfMonth());
        two(out, 11, at.getHour());
        two(out, 14, at.getMinute());
        two(out, 17, at.getSecond());
        return new String(out, StandardCharsets.ISO_8859_1);
    }

    private static void two(byte[] out, int at, int number) {
        out[at] = (byte) ('0' + number / 10);
        out[at + 1] = (byte) ('0' + number % 10);
    }

    /** The form of {@code metav1.MicroTime}. */
    public static String micros(Instant time) {
        return MICROS.format(time);
    }
}
