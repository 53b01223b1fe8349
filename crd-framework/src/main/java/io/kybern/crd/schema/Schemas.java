package io.kybern.crd.schema;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.crd.resource.GroupVersionKind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Named component schemas that refer to each other by {@code $ref}: the published structure of the built-in API. Each
 * is made on first use, of its part of the text: a server uses few of them, and as trees all take many times what their text does.
 * Safe for all threads.
 */
public final class Schemas {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String COMPONENTS = "schemas";
    private static final String KINDS = "x-kubernetes-group-version-kind";

    private static final Set<String> UNTYPED = Set.of(
            "io.k8s.apimachinery.pkg.api.resource.Quantity",
            "io.k8s.apimachinery.pkg.util.intstr.IntOrString",
            "io.k8s.apimachinery.pkg.runtime.RawExtension");

    private final byte[] document;
    private final Map<String, Part> components = new HashMap<>();
    private final Map<GroupVersionKind, String> kinds = new HashMap<>();
    private final Map<String, Schema> made = new ConcurrentHashMap<>();

    /** Where the text of a component begins, and how many bytes it has. */
    private record Part(int offset, int length) {}

    private Schemas(byte[] document) {
        this.document = document;
    }

    /**
     * @param document JSON: an object with component schemas by name in its member {@code schemas}; held on to
     * @throws IllegalArgumentException if it is something else
     */
    public static Schemas parse(byte[] document) {
        Schemas schemas = new Schemas(document);
        try (JsonParser parser = JSON.createParser(document)) {
            require(parser.nextToken() == JsonToken.START_OBJECT);
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                boolean components = parser.currentName().equals(COMPONENTS);
                JsonToken value = parser.nextToken();
                if (components && value == JsonToken.START_OBJECT) {
                    schemas.scan(parser);
                } else {
                    parser.skipChildren();
                }
            }
        } catch (IOException e) {
            throw new IllegalArgumentException("not a document of schemas: " + e.getMessage(), e);
        }
        return schemas;
    }

    private static void require(boolean condition) throws IOException {
        if (!condition) {
            throw new IOException("an object is missing");
        }
    }

    private void scan(JsonParser parser) throws IOException {
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            require(parser.nextToken() == JsonToken.START_OBJECT);
            int offset = (int) parser.currentTokenLocation().getByteOffset();
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                boolean tellsKinds = parser.currentName().equals(KINDS);
                parser.nextToken();
                if (tellsKinds) {
                    addKinds(JSON.readTree(parser), name);
                } else {
                    parser.skipChildren();
                }
            }
            int end = (int) parser.currentLocation().getByteOffset();
            components.put(name, new Part(offset, end - offset));
        }
    }

    private void addKinds(JsonNode list, String name) {
        for (JsonNode kind : list) {
            kinds.put(
                    new GroupVersionKind(
                            kind.path("group").asText(),
                            kind.path("version").asText(),
                            kind.path("kind").asText()),
                    name);
        }
    }

    /** One schema that refers to nothing, such as that of a CustomResourceDefinition's version. */
    public static Schema parseSingle(ObjectNode schema) {
        return new Schema(schema, null, "");
    }

    /**
     * A component by its full name.
     *
     * @throws IllegalArgumentException if there is none
     */
    public Schema get(String name) {
        Schema known = made.get(name);
        if (known != null) {
            return known;
        }
        // Not computeIfAbsent: a component that is itself a reference makes another one meanwhile.
        Schema fresh = new Schema(tree(name), this, name);
        Schema first = made.putIfAbsent(name, fresh);
        return first == null ? fresh : first;
    }

    private ObjectNode tree(String name) {
        Part part = components.get(name);
        if (part == null) {
            throw new IllegalArgumentException("no component schema named " + name);
        }
        try {
            return (ObjectNode) JSON.readTree(document, part.offset(), part.length());
        } catch (IOException e) {
            throw new UncheckedIOException(e); // it was read before
        }
    }

    public boolean has(String name) {
        return components.containsKey(name);
    }

    /** The component that says of itself that it is this kind ({@code x-kubernetes-group-version-kind}). */
    public Optional<Schema> find(GroupVersionKind kind) {
        return Optional.ofNullable(kinds.get(kind)).map(this::get);
    }

    /** Components that hold a number or a string in one field, or any tree: nothing inside them is a field. */
    static boolean untyped(Schema schema) {
        return UNTYPED.contains(schema.name());
    }
}
