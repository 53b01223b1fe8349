package io.kybern.apiserver.openapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.ref.WeakReference;

/**
 * What the API's documentation says about its components and their fields, from {@code descriptions.json} (made by
 * {@code conformance/upstream/descriptions}). Read when a document is made and forgotten soon after. Thread-safe.
 */
final class Descriptions {
    /** The member of a component's texts that is about the component itself. */
    static final String SELF = "";

    private WeakReference<JsonNode> read = new WeakReference<>(null);

    /** What is said about a component's field; empty where nothing is. */
    String text(String component, String field) {
        return texts().path(component).path(field).asText();
    }

    /** A copy of a component's schema with its descriptions; parts of it are shared: not to be modified. */
    ObjectNode describe(String component, ObjectNode schema) {
        JsonNode texts = texts().path(component);
        ObjectNode out = described(texts.path(SELF).asText(), schema);
        if (schema.get("properties") instanceof ObjectNode properties) {
            ObjectNode copy = out.putObject("properties");
            properties
                    .properties()
                    .forEach(p -> copy.set(
                            p.getKey(), described(texts.path(p.getKey()).asText(), p.getValue())));
        }
        return out;
    }

    private static ObjectNode described(String text, JsonNode schema) {
        ObjectNode out = JsonNodeFactory.instance.objectNode();
        if (!text.isEmpty()) {
            out.put("description", text);
        }
        return out.setAll((ObjectNode) schema);
    }

    private synchronized JsonNode texts() {
        JsonNode known = read.get();
        if (known == null) {
            known = read();
            read = new WeakReference<>(known);
        }
        return known;
    }

    private static JsonNode read() {
        try (InputStream in = Descriptions.class.getResourceAsStream("descriptions.json")) {
            return new ObjectMapper().readTree(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
