package io.kybern.conformance.golden;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** JSON as the recordings know it: 1 and 1.0 differ, the order of keys does not matter. */
final class Json {
    static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    static final ObjectMapper MAPPER = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .configure(JsonParser.Feature.STRICT_DUPLICATE_DETECTION, false)
            .build();

    static {
        MAPPER.getFactory()
                .setStreamReadConstraints(StreamReadConstraints.builder()
                        .maxStringLength(Integer.MAX_VALUE)
                        .build());
    }

    private Json() {}

    /** Empty when the text is no JSON document. */
    static Optional<JsonNode> parse(String text) {
        try {
            JsonNode node = MAPPER.readTree(text);
            return node.isMissingNode() ? Optional.empty() : Optional.of(node);
        } catch (JsonProcessingException e) {
            return Optional.empty();
        }
    }

    /** The name of its type in recorded shapes. */
    static String type(JsonNode node) {
        return switch (node.getNodeType()) {
            case OBJECT, POJO -> "dict";
            case ARRAY -> "list";
            case STRING -> "str";
            case BOOLEAN -> "bool";
            case NUMBER -> node.isIntegralNumber() ? "int" : "float";
            case NULL -> "NoneType";
            case BINARY, MISSING -> throw new IllegalStateException("no JSON value: " + node.getNodeType());
        };
    }

    static List<String> sortedKeys(JsonNode object) {
        List<String> keys = keys(object);
        Collections.sort(keys);
        return keys;
    }

    /** One text for one value: as {@link #sent}, but keys are sorted. */
    static String text(JsonNode node) {
        StringBuilder out = new StringBuilder();
        write(node, Json::sortedKeys, out);
        return out.toString();
    }

    /**
     * As bodies were sent when the recordings were made, since a server cites them: keys as they stand, a blank after commas and
     * colons, everything beyond ASCII escaped.
     */
    static String sent(JsonNode node) {
        StringBuilder out = new StringBuilder();
        write(node, Json::keys, out);
        return out.toString();
    }

    private static List<String> keys(JsonNode object) {
        List<String> keys = new ArrayList<>();
        object.fieldNames().forEachRemaining(keys::add);
        return keys;
    }

    private static void write(JsonNode node, Function<JsonNode, List<String>> keys, StringBuilder out) {
        if (node.isObject()) {
            String separator = "{";
            for (String key : keys.apply(node)) {
                out.append(separator);
                quote(key, out);
                write(node.get(key), keys, out.append(": "));
                separator = ", ";
            }
            out.append(node.isEmpty() ? "{}" : "}");
        } else if (node.isArray()) {
            String separator = "[";
            for (JsonNode element : node) {
                write(element, keys, out.append(separator));
                separator = ", ";
            }
            out.append(node.isEmpty() ? "[]" : "]");
        } else if (node.isTextual()) {
            quote(node.textValue(), out);
        } else {
            out.append(node.asText());
        }
    }

    private static void quote(String text, StringBuilder out) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"', '\\' -> out.append('\\').append(c);
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                case '\f' -> out.append("\\f");
                case '\b' -> out.append("\\b");
                default -> {
                    if (c < ' ' || c > '~') {
                        out.append(String.format("\\u%04x", (int) c));
                    } else {
                        out.append(c);
                    }
                }
            }
        }
        out.append('"');
    }
}
