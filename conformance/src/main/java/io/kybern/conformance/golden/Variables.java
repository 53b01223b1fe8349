package io.kybern.conformance.golden;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What steps captured, for later steps: {@code ${name}} within a text, or the whole value where the text is nothing else. */
final class Variables {
    private static final Pattern REFERENCE = Pattern.compile("\\$\\{(\\w+)}");

    private final Map<String, JsonNode> values = new HashMap<>();

    void set(String name, JsonNode value) {
        values.put(name, value);
    }

    void set(String name, byte[] value) {
        values.put(name, Json.NODES.binaryNode(value));
    }

    void unset(String name) {
        values.remove(name);
    }

    /** A copy, for changing it. */
    Optional<JsonNode> copy(String name) {
        return Optional.ofNullable(values.get(name)).map(JsonNode::deepCopy);
    }

    JsonNode fill(JsonNode node) {
        return switch (node) {
            case ObjectNode object -> {
                ObjectNode filled = Json.NODES.objectNode();
                object.properties().forEach(field -> filled.set(fill(field.getKey()), fill(field.getValue())));
                yield filled;
            }
            case ArrayNode list -> {
                ArrayNode filled = Json.NODES.arrayNode();
                list.forEach(element -> filled.add(fill(element)));
                yield filled;
            }
            case JsonNode text
            when text.isTextual() -> {
                Matcher whole = REFERENCE.matcher(text.textValue());
                yield whole.matches() && values.containsKey(whole.group(1))
                        ? copy(whole.group(1)).orElseThrow()
                        : Json.NODES.textNode(fill(text.textValue()));
            }
            default -> node;
        };
    }

    /** A name that was never captured becomes {@code UNSET-name}. */
    String fill(String text) {
        return REFERENCE
                .matcher(text)
                .replaceAll(match -> Matcher.quoteReplacement(Optional.ofNullable(values.get(match.group(1)))
                        .map(JsonNode::asText)
                        .orElse("UNSET-" + match.group(1))));
    }
}
