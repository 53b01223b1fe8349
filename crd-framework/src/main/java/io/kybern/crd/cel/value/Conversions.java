package io.kybern.crd.cel.value;

import io.kybern.crd.cel.type.CelType;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** The conversions between types. Each answers a value or an error. */
public final class Conversions {
    private static final Pattern DECIMAL = Pattern.compile("[+-]?[0-9]+");
    private static final Pattern FLOAT = Pattern.compile("[+-]?(\\d+\\.?\\d*|\\.\\d+)([eE][+-]?\\d+)?");
    private static final Pattern TIME =
            Pattern.compile("\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}([.,]\\d+)?(Z|[+-]\\d{2}:\\d{2})");

    private Conversions() {}

    private static CelError failed(Object value, CelType type) {
        return new CelError(
                "type conversion error from '" + Values.typeOf(value).name() + "' to '" + type.name() + "'");
    }

    /** An index of a list: a whole number of any type. */
    static Object index(Object value) {
        return switch (value) {
            case Long i -> i;
            case UInt u when u.bits() >= 0 -> u.bits();
            case Double d when d == Math.rint(d) && Math.abs(d) < 0x1p62 -> d.longValue();
            case UInt u -> new CelError("unsupported index value: " + u);
            case Double d -> new CelError("unsupported index value: " + Values.text(d));
            case CelError e -> e;
            default ->
                new CelError("unsupported index type '" + Values.typeOf(value).name() + "' in list");
        };
    }

    public static Object toInt(Object value) {
        return switch (value) {
            case Long i -> i;
            case UInt u -> u.bits() < 0 ? Arithmetic.intOverflow() : (Object) u.bits();
            case Double d -> d > -0x1p63 && d < 0x1p63 ? (Object) d.longValue() : Arithmetic.intOverflow();
            case Duration d -> Arithmetic.nanos(d).longValue();
            case OffsetDateTime t -> t.toEpochSecond();
            case String s -> number(s, CelType.INT);
            default -> failed(value, CelType.INT);
        };
    }

    private static Object number(String text, CelType type) {
        if (DECIMAL.matcher(text).matches()) {
            try {
                boolean signed = type.equals(CelType.INT);
                return signed ? (Object) Long.parseLong(text) : new UInt(Long.parseUnsignedLong(text));
            } catch (NumberFormatException e) {
                return failed(text, type);
            }
        }
        return failed(text, type);
    }

    public static Object toUint(Object value) {
        return switch (value) {
            case UInt u -> u;
            case Long i -> i < 0 ? Arithmetic.uintOverflow() : new UInt(i);
            case Double d
            when d >= 0 && d < 0x1p64 ->
                new UInt(new BigDecimal(d).toBigInteger().longValue());
            case Double d -> Arithmetic.uintOverflow();
            case String s when s.startsWith("+") || s.startsWith("-") -> failed(s, CelType.UINT);
            case String s -> number(s, CelType.UINT);
            default -> failed(value, CelType.UINT);
        };
    }

    public static Object toDouble(Object value) {
        return switch (value) {
            case Double d -> d;
            case Long i -> (double) i;
            case UInt u -> u.toDouble();
            case String s -> parseDouble(s).<Object>map(d -> d).orElseGet(() -> failed(s, CelType.DOUBLE));
            default -> failed(value, CelType.DOUBLE);
        };
    }

    private static Optional<Double> parseDouble(String text) {
        String bare = text.replaceFirst("^[+-]", "").toLowerCase(Locale.ROOT);
        double sign = text.startsWith("-") ? -1 : 1;
        if (bare.equals("inf") || bare.equals("infinity")) {
            return Optional.of(sign * Double.POSITIVE_INFINITY);
        }
        if (text.equalsIgnoreCase("nan")) {
            return Optional.of(Double.NaN);
        }
        if (!FLOAT.matcher(text).matches()) {
            return Optional.empty();
        }
        double parsed = Double.parseDouble(text);
        return Double.isInfinite(parsed) ? Optional.empty() : Optional.of(parsed);
    }

    public static Object toBool(Object value) {
        return switch (value) {
            case Boolean b -> b;
            case String s ->
                switch (s) {
                    case "1", "t", "T", "true", "TRUE", "True" -> true;
                    case "0", "f", "F", "false", "FALSE", "False" -> false;
                    default -> failed(s, CelType.BOOL);
                };
            default -> failed(value, CelType.BOOL);
        };
    }

    public static Object toBytes(Object value) {
        return switch (value) {
            case Bytes b -> b;
            case String s -> new Bytes(s.getBytes(StandardCharsets.UTF_8));
            default -> failed(value, CelType.BYTES);
        };
    }

    public static Object toText(Object value) {
        return switch (value) {
            case String s -> s;
            case Boolean b -> b.toString();
            case Long i -> i.toString();
            case UInt u -> u.toString();
            case Double d -> Values.decimal(d);
            case Bytes b -> utf8(b);
            case Duration d -> seconds(d) + "s";
            case OffsetDateTime t -> time(t);
            case CelType t -> t.name();
            default -> failed(value, CelType.STRING);
        };
    }

    private static Object utf8(Bytes bytes) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes.content()))
                    .toString();
        } catch (CharacterCodingException e) {
            return new CelError("invalid UTF-8 in bytes, cannot convert to string");
        }
    }

    private static String seconds(Duration duration) {
        BigDecimal exact = new BigDecimal(Arithmetic.nanos(duration), 9).stripTrailingZeros();
        return exact.signum() == 0 ? "0" : exact.toPlainString();
    }

    private static String time(OffsetDateTime time) {
        String text = time.toString();
        int seconds = text.indexOf('T') + 6;
        // OffsetDateTime leaves out seconds of zero, and prints fractions by threes.
        if (text.charAt(seconds) != ':') {
            text = text.substring(0, seconds) + ":00" + text.substring(seconds);
        }
        return text.replaceFirst("(\\.\\d*?)0+(?=Z|[+-])", "$1").replaceFirst("\\.(?=Z|[+-])", "");
    }

    public static Object toTimestamp(Object value) {
        return switch (value) {
            case OffsetDateTime t -> t;
            case Long i ->
                Arithmetic.isTime(i) ? Instant.ofEpochSecond(i).atOffset(ZoneOffset.UTC) : Arithmetic.timeOverflow();
            case String s -> parseTime(s).<Object>map(t -> t).orElseGet(() -> failed(s, CelType.TIMESTAMP));
            default -> failed(value, CelType.TIMESTAMP);
        };
    }

    /** RFC 3339. */
    public static Optional<OffsetDateTime> parseTime(String text) {
        if (!TIME.matcher(text).matches()) {
            return Optional.empty();
        }
        try {
            String point = text.replace(',', '.');
            int fraction = point.indexOf('.');
            if (fraction > 0) { // no more than nanoseconds
                int end = Math.max(point.indexOf('Z'), Math.max(point.indexOf('+'), point.lastIndexOf('-')));
                point = point.substring(0, Math.min(end, fraction + 10)) + point.substring(end);
            }
            return Optional.of(OffsetDateTime.parse(point));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    public static Object toDuration(Object value) {
        return switch (value) {
            case Duration d -> d;
            case Long i -> Duration.ofNanos(i);
            case String s -> GoDuration.parse(s).<Object>map(d -> d).orElseGet(() -> failed(s, CelType.DURATION));
            default -> failed(value, CelType.DURATION);
        };
    }
}
