package io.kybern.apiserver.wire;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BigIntegerNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.kybern.crd.value.Quantity;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/** Canonical texts of the scalars that are more than a JSON value, with Go's error texts. */
final class WireScalars {
    static final String QUANTITY_SYNTAX =
            "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";

    private static final DateTimeFormatter MICROS =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);
    private static final Instant ZERO_TIME = Instant.parse("0001-01-01T00:00:00Z");
    private static final JsonNodeFactory NODES = JsonNodeFactory.withExactBigDecimals(true);

    private WireScalars() {}

    static String describe(JsonToken token) {
        return switch (token) {
            case START_OBJECT, FIELD_NAME -> "object";
            case START_ARRAY -> "array";
            case VALUE_STRING -> "string";
            case VALUE_TRUE, VALUE_FALSE -> "bool";
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> "number";
            default -> "null";
        };
    }

    static String quantity(String text) {
        try {
            return Quantity.canonical(text);
        } catch (IllegalArgumentException e) {
            throw new DecodeException(String.valueOf(e.getMessage()));
        }
    }

    static String base64(String text) {
        int bad = illegalByte(text);
        if (bad >= 0) {
            String error = "illegal base64 data at input byte " + bad;
            throw new DecodeException(error, "error decoding from json: " + error);
        }
        return text;
    }

    /** Where Go's decoder of base64 stops, which wants its padding; negative if it does not. */
    private static int illegalByte(String text) {
        int at = 0;
        int inQuantum = 0;
        while (at < text.length()) {
            char c = text.charAt(at++);
            if (c == '\n' || c == '\r') {
                continue;
            }
            if (c == '=' && inQuantum >= 2) {
                return afterPadding(text, at, inQuantum);
            }
            if (!isBase64(c)) {
                return at - 1;
            }
            inQuantum = (inQuantum + 1) % 4;
        }
        return inQuantum == 0 ? -1 : at - inQuantum;
    }

    private static int afterPadding(String text, int from, int inQuantum) {
        int at = skipLines(text, from);
        if (inQuantum == 2) {
            if (at == text.length()) {
                return at;
            }
            if (text.charAt(at) != '=') {
                return at - 1;
            }
            at = skipLines(text, at + 1);
        }
        return at < text.length() ? at : -1;
    }

    private static int skipLines(String text, int from) {
        int at = from;
        while (at < text.length() && (text.charAt(at) == '\n' || text.charAt(at) == '\r')) {
            at++;
        }
        return at;
    }

    private static boolean isBase64(char c) {
        return c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '+' || c == '/';
    }

    /** RFC 3339 in whole seconds, UTC; empty for Go's zero time, which counts as none. */
    static Optional<String> time(String text) {
        return present(GoTime.parse(text, GoTime.LAYOUT))
                .map(time -> time.truncatedTo(ChronoUnit.SECONDS).toString());
    }

    /** RFC 3339 with exactly six digits after the seconds, UTC; empty for Go's zero time. */
    static Optional<String> microTime(String text) {
        return present(GoTime.parse(text, GoTime.MICRO_LAYOUT)).map(MICROS::format);
    }

    private static Optional<Instant> present(Instant time) {
        return Optional.of(time).filter(t -> !t.equals(ZERO_TIME));
    }

    static String duration(String text) {
        return GoTime.duration(text);
    }

    /**
     * A number as it stands: integers exact, others as Go's float64 would print.
     *
     * @throws DecodeException if it is too large for a float64
     */
    static JsonNode number(JsonParser parser) throws IOException {
        return number(parser, " into Go value of type float64");
    }

    /** @param target what the complaint about a number too large says of where it was to go */
    static JsonNode number(JsonParser parser, String target) throws IOException {
        boolean integer = parser.currentToken() == JsonToken.VALUE_NUMBER_INT;
        if (integer && parser.getNumberType() != JsonParser.NumberType.BIG_INTEGER) {
            return LongNode.valueOf(parser.getLongValue());
        }
        String text = parser.getText();
        double value = Double.parseDouble(text);
        if (Double.isInfinite(value)) {
            throw new DecodeException("json: cannot unmarshal number " + text + target);
        }
        if (integer) {
            return BigIntegerNode.valueOf(parser.getBigIntegerValue());
        }
        // What is nothing to a float64 may have an exponent that takes forever.
        return value == 0 ? LongNode.valueOf(0) : DecimalNode.valueOf(new BigDecimal(text));
    }

    /** Any JSON value, repeated members: the last wins. */
    static JsonNode any(JsonParser parser) throws IOException {
        return switch (parser.currentToken()) {
            case START_OBJECT -> {
                ObjectNode out = NODES.objectNode();
                while (parser.nextToken() != JsonToken.END_OBJECT) {
                    String name = parser.currentName();
                    parser.nextToken();
                    out.set(name, any(parser));
                }
                yield out;
            }
            case START_ARRAY -> {
                ArrayNode out = NODES.arrayNode();
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    out.add(any(parser));
                }
                yield out;
            }
            case VALUE_STRING -> TextNode.valueOf(parser.getText());
            case VALUE_TRUE -> BooleanNode.TRUE;
            case VALUE_FALSE -> BooleanNode.FALSE;
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> number(parser);
            default -> NullNode.getInstance();
        };
    }
}
