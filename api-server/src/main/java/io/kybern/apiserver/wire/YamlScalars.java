package io.kybern.apiserver.wire;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BigIntegerNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** What a YAML scalar means. Source: the resolver of {@code go.yaml.in/yaml/v2}. */
final class YamlScalars {
    private static final String PREFIX = "tag:yaml.org,2002:";
    private static final Set<String> TRUE =
            Set.of("y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON");
    private static final Set<String> FALSE =
            Set.of("n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF");
    private static final Set<String> NULL = Set.of("", "~", "null", "Null", "NULL");
    private static final Set<String> NOT_A_NUMBER = Set.of(".nan", ".NaN", ".NAN");
    private static final Pattern INFINITE = Pattern.compile("[+-]?\\.(inf|Inf|INF)");
    private static final Pattern FLOAT = Pattern.compile("[-+]?(\\.[0-9]+|[0-9]+(\\.[0-9]*)?)([eE][-+]?[0-9]+)?");
    private static final Pattern INTEGER =
            Pattern.compile("([-+]?)(0[xX][0-9a-fA-F]+|0[bB][01]+|0[oO][0-7]+|0[0-7]+|0|[1-9][0-9]*)");
    private static final BigInteger MAX = BigInteger.ONE.shiftLeft(64).subtract(BigInteger.ONE);
    private static final BigInteger MIN = BigInteger.valueOf(Long.MIN_VALUE);

    private YamlScalars() {}

    /**
     * The value of a scalar.
     *
     * @param tag as resolved, empty for none
     * @param plain it is neither quoted nor a block
     */
    static JsonNode resolve(String tag, String text, boolean plain) {
        String kind = tag.startsWith(PREFIX) ? tag.substring(PREFIX.length()) : tag;
        return switch (kind) {
            case "" -> plain ? plain(text) : TextNode.valueOf(text);
            case "binary" -> binary(text);
            case "bool", "int", "float", "null" -> tagged(kind, text);
            default -> TextNode.valueOf(text);
        };
    }

    private static JsonNode tagged(String kind, String text) {
        JsonNode found = plain(text);
        String actual = kindOf(found);
        boolean fits = actual.equals(kind) || kind.equals("float") && actual.equals("int");
        if (!fits) {
            throw new DecodeException("yaml: cannot decode !!" + actual + " `" + text + "` as a !!" + kind);
        }
        return found;
    }

    private static String kindOf(JsonNode value) {
        return switch (value.getNodeType()) {
            case BOOLEAN -> "bool";
            case NULL -> "null";
            case NUMBER -> value.isIntegralNumber() ? "int" : "float";
            default -> "str";
        };
    }

    private static JsonNode binary(String text) {
        try {
            byte[] bytes = Base64.getDecoder().decode(text.replaceAll("[\r\n]", ""));
            return TextNode.valueOf(new String(bytes, StandardCharsets.UTF_8));
        } catch (IllegalArgumentException e) {
            throw new DecodeException("yaml: !!binary value contains invalid base64 data");
        }
    }

    private static JsonNode plain(String text) {
        if (TRUE.contains(text)) {
            return BooleanNode.TRUE;
        }
        if (FALSE.contains(text)) {
            return BooleanNode.FALSE;
        }
        if (NULL.contains(text)) {
            return NullNode.getInstance();
        }
        if (NOT_A_NUMBER.contains(text)) {
            throw new DecodeException("json: unsupported value: NaN");
        }
        if (INFINITE.matcher(text).matches()) {
            throw new DecodeException("json: unsupported value: " + (text.startsWith("-") ? "-Inf" : "+Inf"));
        }
        char first = text.charAt(0);
        if (first == '.' && isFloat(text)) {
            return decimal(text);
        }
        if (first == '+' || first == '-' || Character.digit(first, 10) >= 0 && first < 0x80) {
            String digits = text.replace("_", "");
            return integer(digits).orElseGet(() -> isFloat(digits) ? decimal(digits) : TextNode.valueOf(text));
        }
        return TextNode.valueOf(text);
    }

    private static boolean isFloat(String text) {
        return FLOAT.matcher(text).matches() && Double.isFinite(Double.parseDouble(text));
    }

    private static Optional<JsonNode> integer(String text) {
        var parts = INTEGER.matcher(text);
        if (!parts.matches()) {
            return Optional.empty();
        }
        String digits = parts.group(2);
        int radix = 10;
        if (digits.length() > 1 && digits.charAt(0) == '0') {
            radix = switch (digits.charAt(1)) {
                case 'x', 'X' -> 16;
                case 'b', 'B' -> 2;
                default -> 8;
            };
            digits = digits.substring(Character.isDigit(digits.charAt(1)) ? 1 : 2);
        }
        BigInteger value = new BigInteger(digits, radix);
        if (parts.group(1).equals("-")) {
            value = value.negate();
        }
        if (value.compareTo(MAX) > 0 || value.compareTo(MIN) < 0) {
            return Optional.empty();
        }
        return Optional.of(
                value.bitLength() < 64 ? LongNode.valueOf(value.longValue()) : BigIntegerNode.valueOf(value));
    }

    /** As Go would print it to JSON on the way, where a whole number loses its fraction. */
    private static JsonNode decimal(String text) {
        String printed = GoNumber.format(Double.parseDouble(text));
        return printed.chars().allMatch(c -> c == '-' || c >= '0' && c <= '9')
                ? integer(printed).orElseGet(() -> DecimalNode.valueOf(new BigDecimal(printed)))
                : DecimalNode.valueOf(new BigDecimal(printed));
    }
}
