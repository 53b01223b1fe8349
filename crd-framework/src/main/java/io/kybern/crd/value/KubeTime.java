package io.kybern.crd.value;

import java.time.DateTimeException;
import java.time.Instant;
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

    /** The form of {@code metav1.Time}. */
    public static String seconds(Instant time) {
        return SECONDS.format(time);
    }

    /** The form of {@code metav1.MicroTime}. */
    public static String micros(Instant time) {
        return MICROS.format(time);
    }
}
