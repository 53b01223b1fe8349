package io.kybern.crd.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.field.FieldPath;
import io.kybern.crd.name.Names;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The type and metadata of a custom resource and of the resources embedded in it
 * ({@code x-kubernetes-embedded-resource}), which no schema describes.
 */
public final class EmbeddedResources {
    private EmbeddedResources() {}

    /**
     * Takes unknown fields out of metadata.
     *
     * @param object changed in place
     * @return the paths of what went
     * @throws DecodingException if metadata has a field of another type than it must have
     */
    public static List<String> pruneMetadata(ObjectNode object, Schema schema) {
        List<String> unknown = new ArrayList<>();
        prune(object, schema, null, true, unknown);
        return unknown;
    }

    /** Metadata that can't be read; the message is what the Status says after {@code cannot be handled as a Kind: }. */
    public static final class DecodingException extends RuntimeException {
        private static final long serialVersionUID = 1;

        DecodingException(String message) {
            super(message);
        }
    }

    private static void prune(
            JsonNode value, Schema schema, @Nullable FieldPath path, boolean embedded, List<String> unknown) {
        if (value instanceof ObjectNode object) {
            if (embedded) {
                pruneOne(object, path, unknown);
            }
            for (Map.Entry<String, JsonNode> e : object.properties()) {
                Schema type = schema.child(e.getKey());
                if (type.declared() && e.getValue().isContainerNode()) {
                    FieldPath child = path == null ? FieldPath.of(e.getKey()) : path.child(e.getKey());
                    prune(e.getValue(), type, child, type.embeddedResource(), unknown);
                }
            }
        } else if (value.isArray() && path != null) {
            Schema type = schema.item();
            for (int i = 0; i < value.size(); i++) {
                prune(value.get(i), type, path.index(i), type.embeddedResource(), unknown);
            }
        }
    }

    private static void pruneOne(ObjectNode object, @Nullable FieldPath path, List<String> unknown) {
        for (String field : List.of("apiVersion", "kind")) {
            JsonNode value = object.get(field);
            if (value != null && !value.isTextual()) {
                throw new DecodingException(child(path, field) + ": Invalid value: " + value + ": must be a string");
            }
        }
        JsonNode metadata = object.get("metadata");
        if (metadata == null) {
            return;
        }
        ObjectMeta.decodingError(metadata).ifPresent(error -> {
            throw new DecodingException(
                    path == null
                            ? error
                            : path.child("metadata") + ": Invalid value: " + sorted(metadata) + ": " + error);
        });
        if (metadata instanceof ObjectNode fields) {
            Pruning.pruneBuiltIn(fields, ObjectMeta.SCHEMA)
                    .forEach(field -> unknown.add(child(path, "metadata") + "." + field));
        }
    }

    private static String sorted(JsonNode node) {
        if (!node.isObject()) {
            return node.toString();
        }
        StringBuilder out = new StringBuilder("{");
        node.propertyStream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(e -> out.append(out.length() == 1 ? "" : ",")
                        .append('"')
                        .append(e.getKey())
                        .append("\":")
                        .append(sorted(e.getValue())));
        return out.append('}').toString();
    }

    private static FieldPath child(@Nullable FieldPath path, String field) {
        return path == null ? FieldPath.of(field) : path.child(field);
    }

    /** Complains about embedded resources; the object itself is left to those who know its kind. */
    public static void validate(ObjectNode object, Schema schema, FieldErrors errors) {
        validate(object, schema, null, false, errors);
    }

    private static void validate(
            JsonNode value, Schema schema, @Nullable FieldPath path, boolean embedded, FieldErrors errors) {
        if (value.isObject()) {
            if (embedded && path != null) {
                validateOne(value, path, errors);
            }
            for (Map.Entry<String, JsonNode> e : value.properties()) {
                Schema type = schema.child(e.getKey());
                if (type.declared() && e.getValue().isContainerNode()) {
                    boolean property = schema.properties().containsKey(e.getKey());
                    FieldPath child = path == null || property ? child(path, e.getKey()) : path.key(e.getKey());
                    validate(e.getValue(), type, child, type.embeddedResource(), errors);
                }
            }
        } else if (value.isArray() && path != null) {
            Schema type = schema.item();
            for (int i = 0; i < value.size(); i++) {
                validate(value.get(i), type, path.index(i), type.embeddedResource(), errors);
            }
        }
    }

    private static void validateOne(JsonNode resource, FieldPath path, FieldErrors errors) {
        for (String field : List.of("apiVersion", "kind")) {
            JsonNode value = resource.get(field);
            FieldPath child = path.child(field);
            if (value == null) {
                errors.required(child, "");
            } else if (!value.isTextual()) {
                errors.invalid(child, value, "must be a string");
            } else if (value.textValue().isEmpty()) {
                errors.invalid(child, value, "must not be empty");
            } else if (field.equals("apiVersion")) {
                if (value.textValue().chars().filter(c -> c == '/').count() > 1) {
                    errors.invalid(child, value, "unexpected GroupVersion string: " + value.textValue());
                }
            } else {
                List<String> complaints = Names.dns1035Label(value.textValue().toLowerCase(Locale.ROOT));
                if (!complaints.isEmpty()) {
                    errors.invalid(
                            child,
                            value,
                            "may have mixed case, but should otherwise match: " + String.join(",", complaints));
                }
            }
        }
        JsonNode name = resource.path("metadata").path("name");
        if (name.isTextual()) {
            Names.pathSegment(name.textValue())
                    .forEach(c -> errors.invalid(path.child("metadata").child("name"), name, c));
        }
        CommonMetadata.validate(resource.path("metadata"), path.child("metadata"), errors);
    }
}
