package io.kybern.crd.cel.library;

import io.kybern.crd.cel.type.CelType;
import io.kybern.crd.cel.value.Bytes;
import io.kybern.crd.cel.value.CelError;
import io.kybern.crd.cel.value.CelList;
import io.kybern.crd.cel.value.CelMap;
import io.kybern.crd.cel.value.CelNull;
import io.kybern.crd.cel.value.Conversions;
import io.kybern.crd.cel.value.UInt;
import io.kybern.crd.cel.value.Values;
import io.kybern.crd.cel.value.Work;
import io.kybern.crd.field.FieldErrors;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;

/** {@code "%s is %d".format([x, y])}. */
public final class StringFormat {
    private static final int DEFAULT_PRECISION = 6;

    /** A format that can't be carried out; the message is that of the original. */
    static final class FormatException extends Exception {
        private static final long serialVersionUID = 1;

        FormatException(String message) {
            super(message, null, false, false);
        }
    }

    /** What is written for a clause. */
    interface Clauses {
        /** @param precision negative: the default */
        String clause(char letter, int precision, int argument) throws FormatException;

        int arguments();
    }

    private StringFormat() {}

    static Object format(String format, CelList arguments) {
        try {
            return write(format, new Evaluated(arguments));
        } catch (FormatException e) {
            return new CelError(String.valueOf(e.getMessage()));
        }
    }

    /** Walks a format, and asks for each clause in it. */
    static String write(String format, Clauses clauses) throws FormatException {
        StringBuilder out = new StringBuilder();
        int argument = 0;
        for (int i = 0; i < format.length(); i++) {
            char c = format.charAt(i);
            boolean escaped = c == '%' && i + 1 < format.length() && format.charAt(i + 1) == '%';
            if (c != '%' || escaped) {
                out.append(c);
                i += escaped ? 1 : 0;
                continue;
            }
            if (++i >= format.length()) {
                throw new FormatException("unexpected end of string");
            }
            if (argument >= clauses.arguments()) {
                throw new FormatException("index " + argument + " out of range");
            }
            int precision = -1;
            if (format.charAt(i) == '.') {
                int start = ++i;
                while (i < format.length() && Character.isDigit(format.charAt(i))) {
                    i++;
                }
                if (i >= format.length()) {
                    throw new FormatException("could not find end of precision specifier");
                }
                precision = i == start ? -1 : precision(format.substring(start, i));
            }
            String clause = clauses.clause(format.charAt(i), precision, argument++);
            Work.write(clause.length());
            out.append(clause);
        }
        return out.toString();
    }

    private static int precision(String digits) throws FormatException {
        try {
            return Integer.parseInt(digits);
        } catch (NumberFormatException e) {
            throw new FormatException("error while converting precision to integer: strconv.Atoi: parsing "
                    + FieldErrors.quote(digits) + ": value out of range");
        }
    }

    private record Evaluated(CelList list) implements Clauses {
        @Override
        public int arguments() {
            return list.size();
        }

        @Override
        public String clause(char letter, int precision, int argument) throws FormatException {
            checkLetter(letter);
            Work.write(Math.max(0, precision));
            try {
                return one(letter, precision, list.get(argument));
            } catch (FormatException e) {
                throw new FormatException("error during formatting: " + e.getMessage());
            }
        }
    }

    private static String one(char letter, int precision, Object value) throws FormatException {
        return switch (letter) {
            case 's' -> text(value);
            case 'd' -> decimal(value);
            case 'f' -> fixed(value, precision < 0 ? DEFAULT_PRECISION : precision);
            case 'e' -> scientific(value, precision < 0 ? DEFAULT_PRECISION : precision);
            case 'b' -> binary(value);
            case 'x' -> hexadecimal(value);
            case 'X' -> hexadecimal(value).toUpperCase(Locale.ROOT);
            default -> octal(value);
        };
    }

    static void checkLetter(char letter) throws FormatException {
        if ("sdfebxXo".indexOf(letter) < 0) {
            throw new FormatException(
                    "could not parse formatting clause: unrecognized formatting clause \"" + letter + "\"");
        }
    }

    /** What a clause does not take; the original names them in several ways. */
    static FormatException wrong(char letter, CelType given) {
        String rule = switch (letter) {
            case 'd' -> "decimal clause can only be used on integers";
            case 'f' -> "fixed-point clause can only be used on doubles";
            case 'e' -> "scientific clause can only be used on doubles";
            case 'b' -> "only integers and bools can be formatted as binary";
            case 'o' -> "octal clause can only be used on integers";
            case 'x', 'X' -> "only integers, byte buffers, and strings can be formatted as hex";
            default ->
                "string clause can only be used on strings, bools, bytes, ints, doubles, maps, lists, types, durations,"
                        + " and timestamps";
        };
        return new FormatException(rule + ", was given " + given.name());
    }

    private static FormatException wrong(char letter, Object value) {
        return wrong(letter, Values.typeOf(value));
    }

    private static String text(Object value) throws FormatException {
        return switch (value) {
            case CelList list -> list(list);
            case CelMap map -> map(map);
            case CelNull n -> "null";
            case String s -> s;
            default -> {
                if (Conversions.toText(value) instanceof String s) {
                    yield s;
                }
                throw wrong('s', value);
            }
        };
    }

    private static String list(CelList list) throws FormatException {
        List<String> parts = new ArrayList<>(list.size());
        for (int i = 0; i < list.size(); i++) {
            String part = nested(list.get(i));
            Work.write(part.length() + 2L);
            parts.add(part);
        }
        return "[" + String.join(", ", parts) + "]";
    }

    private static String map(CelMap map) throws FormatException {
        List<String> parts = new ArrayList<>(map.size());
        List<String> keys = new ArrayList<>();
        for (Object key : map.keys()) {
            if (!(key instanceof String || key instanceof Boolean || key instanceof Long || key instanceof UInt)) {
                throw new FormatException("no formatting function for map key of type "
                        + Values.typeOf(key).name());
            }
            String entry = nested(key) + ":" + nested(map.at(key));
            Work.write(entry.length() + 2L);
            keys.add(entry);
        }
        keys.stream().sorted().forEach(parts::add);
        return "{" + String.join(", ", parts) + "}";
    }

    private static String nested(Object value) throws FormatException {
        return switch (value) {
            case String s -> FieldErrors.quote(s);
            case Bytes b -> "b" + FieldErrors.quote(new String(b.content(), StandardCharsets.UTF_8));
            case Double d when d.isNaN() || d.isInfinite() -> FieldErrors.quote(Values.decimal(d));
            case Double d -> plain(d, DEFAULT_PRECISION);
            case OffsetDateTime t -> "timestamp(" + FieldErrors.quote(text(t)) + ")";
            case Duration d -> "duration(" + FieldErrors.quote(text(d)) + ")";
            case CelType t -> t.name();
            case CelList l -> list(l);
            case CelMap m -> map(m);
            case Long i -> i.toString();
            case UInt u -> u.toString();
            case Boolean b -> b.toString();
            case CelNull n -> "null";
            default ->
                throw new FormatException(
                        "no formatting function for " + Values.typeOf(value).name());
        };
    }

    private static String decimal(Object value) throws FormatException {
        if (value instanceof Long || value instanceof UInt) {
            return value.toString();
        }
        throw wrong('d', value);
    }

    private static double number(char letter, Object value) throws FormatException {
        boolean named = value instanceof String s
                && List.of("NaN", "Infinity", "-Infinity").contains(s);
        if ((value instanceof Double || named) && Conversions.toDouble(value) instanceof Double d) {
            return d;
        }
        throw wrong(letter, value);
    }

    /** In the way of English: digits in groups of three. */
    private static String fixed(Object value, int precision) throws FormatException {
        double number = number('f', value);
        if (Double.isNaN(number) || Double.isInfinite(number)) {
            return special(number);
        }
        String digits = plain(Math.abs(number), precision);
        int point = digits.indexOf('.') < 0 ? digits.length() : digits.indexOf('.');
        StringBuilder out = new StringBuilder(digits);
        for (int i = point - 3; i > 0; i -= 3) {
            out.insert(i, ',');
        }
        return (number < 0 ? "-" : "") + out;
    }

    private static String special(double number) {
        return Double.isNaN(number) ? "NaN" : number > 0 ? "∞" : "-∞";
    }

    private static String plain(double number, int precision) {
        return new BigDecimal(number)
                .setScale(precision, RoundingMode.HALF_EVEN)
                .toPlainString();
    }

    private static String scientific(Object value, int precision) throws FormatException {
        double number = number('e', value);
        if (Double.isNaN(number) || Double.isInfinite(number)) {
            return special(number);
        }
        DecimalFormat format =
                new DecimalFormat("0." + "0".repeat(precision) + "E00", DecimalFormatSymbols.getInstance(Locale.ROOT));
        String[] parts = format.format(new BigDecimal(number)).split("E", 2);
        String exponent = parts[1].startsWith("-") ? "⁻" + superscript(parts[1].substring(1)) : superscript(parts[1]);
        return parts[0] + "×10" + exponent;
    }

    private static String superscript(String digits) {
        StringBuilder out = new StringBuilder();
        digits.chars().forEach(c -> out.append("⁰¹²³⁴⁵⁶⁷⁸⁹".charAt(c - '0')));
        return out.toString();
    }

    private static String binary(Object value) throws FormatException {
        return switch (value) {
            case Long i -> (i < 0 ? "-" : "") + Long.toUnsignedString(Math.abs(i), 2);
            case UInt u -> Long.toUnsignedString(u.bits(), 2);
            case Boolean b -> b ? "1" : "0";
            default -> throw wrong('b', value);
        };
    }

    private static String octal(Object value) throws FormatException {
        return switch (value) {
            case Long i -> (i < 0 ? "-" : "") + Long.toUnsignedString(Math.abs(i), 8);
            case UInt u -> Long.toUnsignedString(u.bits(), 8);
            default -> throw wrong('o', value);
        };
    }

    private static String hexadecimal(Object value) throws FormatException {
        return switch (value) {
            case Long i -> (i < 0 ? "-" : "") + Long.toUnsignedString(Math.abs(i), 16);
            case UInt u -> Long.toUnsignedString(u.bits(), 16);
            case String s -> HexFormat.of().formatHex(s.getBytes(StandardCharsets.UTF_8));
            case Bytes b -> HexFormat.of().formatHex(b.content());
            default -> throw wrong('x', value);
        };
    }
}
