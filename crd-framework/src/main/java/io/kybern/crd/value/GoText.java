package io.kybern.crd.value;

import com.fasterxml.jackson.databind.JsonNode;
import io.kybern.crd.field.FieldErrors;
import java.math.BigDecimal;
import java.util.Map;
import java.util.TreeMap;

/** JSON values as Go's {@code fmt} prints the values that it decodes them to: part of several error texts. */
public final class GoText {
    private GoText() {}

    /** {@code %v}: {@code map[a:1 b:[x y]]}, keys sorted, strings bare, null as {@code <nil>}. */
    public static String value(JsonNode node) {
        StringBuilder out = new StringBuilder();
        write(node, out);
        return out.toString();
    }

    /** JSON of no type as {@code %#v} prints it: {@code map[string]interface {}{"a":1}}. */
    public static String syntax(JsonNode node) {
        StringBuilder out = new StringBuilder();
        writeSyntax(node, out);
        return out.toString();
    }

    private static void writeSyntax(JsonNode node, StringBuilder out) {
        switch (node.getNodeType()) {
            case OBJECT -> {
                Map<String, JsonNode> sorted = new TreeMap<>();
                node.properties().forEach(e -> sorted.put(e.getKey(), e.getValue()));
                String separator = "map[string]interface {}{";
                out.append(sorted.isEmpty() ? separator : "");
                for (Map.Entry<String, JsonNode> e : sorted.entrySet()) {
                    out.append(separator).append(FieldErrors.quote(e.getKey())).append(':');
                    writeSyntax(e.getValue(), out);
                    separator = ", ";
                }
                out.append('}');
            }
            case ARRAY -> {
                out.append("[]interface {}{");
                String separator = "";
                for (JsonNode item : node) {
                    out.append(separator);
                    writeSyntax(item, out);
                    separator = ", ";
                }
                out.append('}');
            }
            case STRING -> out.append(FieldErrors.quote(node.textValue()));
            case NULL, MISSING -> out.append("interface {}(nil)");
            default -> write(node, out);
        }
    }

    private static void write(JsonNode node, StringBuilder out) {
        switch (node.getNodeType()) {
            case OBJECT -> {
                Map<String, JsonNode> sorted = new TreeMap<>();
                node.propertyStream().forEach(e -> sorted.put(e.getKey(), e.getValue()));
                out.append("map[");
                String separator = "";
                for (Map.Entry<String, JsonNode> e : sorted.entrySet()) {
                    out.append(separator).append(e.getKey()).append(':');
                    write(e.getValue(), out);
                    separator = " ";
                }
                out.append(']');
            }
            case ARRAY -> {
                out.append('[');
                for (int i = 0; i < node.size(); i++) {
                    if (i > 0) {
                        out.append(' ');
                    }
                    write(node.get(i), out);
                }
                out.append(']');
            }
            case NUMBER -> out.append(number(node));
            case NULL, MISSING -> out.append("<nil>");
            default -> out.append(node.asText());
        }
    }

    /** An integer as it is, a fraction as {@code %v} prints a float64: the shortest form, exponent from 1e+06. */
    public static String number(JsonNode node) {
        return node.isIntegralNumber() ? node.asText() : decimal(node.doubleValue());
    }

    /** A float64 as {@code %v} prints it. */
    public static String decimal(double value) {
        if (value == 0) {
            return "0";
        }
        double size = Math.abs(value);
        if (Double.isInfinite(value)) {
            return value < 0 ? "-Inf" : "+Inf";
        }
        BigDecimal exact = new BigDecimal(Double.toString(value)).stripTrailingZeros();
        if (size >= 1e-4 && size < 1e6) {
            return exact.toPlainString();
        }
        String digits = exact.unscaledValue().abs().toString();
        int exponent = exact.precision() - exact.scale() - 1;
        String fraction = digits.length() > 1 ? "." + digits.substring(1) : "";
        String power = (exponent < 0 ? "-" : "+") + (Math.abs(exponent) < 10 ? "0" : "") + Math.abs(exponent);
        return (value < 0 ? "-" : "") + digits.charAt(0) + fraction + "e" + power;
    }

    /** The type that Go decodes the value to, as {@code %T} prints it. */
    public static String type(JsonNode node) {
        return switch (node.getNodeType()) {
            case OBJECT -> "map[string]interface {}";
            case ARRAY -> "[]interface {}";
            case STRING -> "string";
            case BOOLEAN -> "bool";
            case NUMBER -> node.isIntegralNumber() ? "int64" : "float64";
            default -> "<nil>";
        };
    }
}
