package io.kybern.apiserver.registry.core;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** What Go's {@code json.Unmarshal} into a {@code map[string]interface{}} says of bytes. */
final class GoJsonSyntax {
    private static final ObjectMapper JSON = new ObjectMapper();

    private GoJsonSyntax() {}

    static Optional<String> complaintAboutObject(byte[] document) {
        String text = new String(document, StandardCharsets.UTF_8);
        try {
            JsonNode tree = JSON.readTree(document);
            if (tree.isMissingNode()) {
                return Optional.of("unexpected end of JSON input");
            }
            return tree.isObject() || tree.isNull()
                    ? Optional.empty()
                    : Optional.of(
                            "json: cannot unmarshal " + type(tree) + " into Go value of type map[string]interface {}");
        } catch (JsonProcessingException e) {
            String rest = text.strip();
            return Optional.of(
                    rest.isEmpty() || "{[\"tfn-0123456789".indexOf(rest.charAt(0)) >= 0
                            ? "unexpected end of JSON input"
                            : "invalid character '" + rest.substring(0, rest.offsetByCodePoints(0, 1))
                                    + "' looking for beginning of value");
        } catch (IOException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    private static String type(JsonNode tree) {
        return switch (tree.getNodeType()) {
            case ARRAY -> "array";
            case STRING -> "string";
            case BOOLEAN -> "bool";
            default -> "number";
        };
    }
}
