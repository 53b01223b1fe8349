package io.kybern.crd.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** The metadata that every object has. */
public final class ObjectMeta {
    /** Its schema as the API publishes it. */
    public static final Schema SCHEMA = load();

    private ObjectMeta() {}

    private static Schema load() {
        try (InputStream in = Objects.requireNonNull(ObjectMeta.class.getResourceAsStream("object-meta.json"))) {
            return Schemas.parse(in.readAllBytes()).get("io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The schema of metadata without references, to stand inside another one. */
    public static ObjectNode inline() {
        return inline(SCHEMA);
    }

    private static ObjectNode inline(Schema schema) {
        ObjectNode out = schema.raw().deepCopy();
        out.remove(List.of("allOf", "$ref"));
        if (!schema.type().isEmpty()) {
            out.put("type", schema.type());
        }
        if (!schema.format().isEmpty()) {
            out.put("format", schema.format());
        }
        if (!schema.properties().isEmpty()) {
            ObjectNode properties = out.putObject("properties");
            schema.properties().forEach((name, property) -> properties.set(name, inline(property)));
        }
        schema.items().ifPresent(item -> out.set("items", inline(item)));
        schema.additionalProperties().ifPresent(value -> out.set("additionalProperties", inline(value)));
        return out;
    }

    /** Why Go's decoder would refuse the metadata, in its words; empty if it would not. */
    public static Optional<String> decodingError(JsonNode metadata) {
        if (!metadata.isObject() && !metadata.isNull()) {
            return Optional.of("json: cannot unmarshal " + word(metadata) + " into Go value of type v1.ObjectMeta");
        }
        return error(metadata, SCHEMA, "ObjectMeta");
    }

    private static Optional<String> error(JsonNode value, Schema schema, String path) {
        if (value.isNull()) {
            return Optional.empty();
        }
        String error = switch (schema.type()) {
            case "object" -> {
                if (value.isObject()) {
                    for (Map.Entry<String, JsonNode> e : value.properties()) {
                        boolean property = schema.properties().containsKey(e.getKey());
                        String child = property ? path + "." + e.getKey() : path;
                        Optional<String> inner = error(e.getValue(), schema.child(e.getKey()), child);
                        if (inner.isPresent()) {
                            yield inner.get();
                        }
                    }
                    yield "";
                }
                yield unfit(value, path, schema.values().declared() ? "map[string]string" : "v1." + name(schema));
            }
            case "array" -> {
                if (value.isArray()) {
                    for (JsonNode item : value) {
                        Optional<String> inner = error(item, schema.item(), path);
                        if (inner.isPresent()) {
                            yield inner.get();
                        }
                    }
                    yield "";
                }
                String item = schema.item().type();
                yield unfit(value, path, item.equals("string") ? "[]string" : "[]v1." + name(schema.item()));
            }
            case "string" -> value.isTextual() ? "" : unfit(value, path, "string");
            case "integer" -> value.isIntegralNumber() ? "" : unfit(value, path, "int64");
            case "boolean" -> value.isBoolean() ? "" : unfit(value, path, "bool");
            default -> "";
        };
        return error.isEmpty() ? Optional.empty() : Optional.of(error);
    }

    private static String name(Schema schema) {
        return schema.name().substring(schema.name().lastIndexOf('.') + 1);
    }

    private static String unfit(JsonNode value, String path, String type) {
        return "json: cannot unmarshal " + word(value) + " into Go struct field " + path + " of type " + type;
    }

    private static String word(JsonNode node) {
        return switch (node.getNodeType()) {
            case OBJECT -> "object";
            case ARRAY -> "array";
            case STRING -> "string";
            case BOOLEAN -> "bool";
            case NUMBER -> "number";
            default -> "null";
        };
    }
}
