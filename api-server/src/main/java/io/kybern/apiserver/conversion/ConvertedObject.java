package io.kybern.apiserver.conversion;

import static io.kybern.crd.resource.Trees.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.storage.converted.ConversionException;
import io.kybern.apiserver.wire.JsonWriter;
import io.kybern.crd.field.FieldError;
import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.field.FieldPath;
import io.kybern.crd.schema.CommonMetadata;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What a webhook gave back for an object: the same one, but for what it may change. */
final class ConvertedObject {
    private ConvertedObject() {}

    /**
     * The object of an answer with the metadata of the original, and labels and annotations of its own.
     *
     * @param what begins each complaint, which names the index that the object has when it is asked for alone
     */
    static ObjectNode check(String what, ObjectNode original, JsonNode answered, String apiVersion) {
        ObjectNode converted = object(answered);
        String invalid = what + "returned invalid object at index 0: ";
        if (!text(converted, "apiVersion").equals(apiVersion)) {
            throw new ConversionException(invalid + "invalid groupVersion (expected " + apiVersion + ", received "
                    + text(converted, "apiVersion") + ")");
        }
        if (!text(converted, "kind").equals(text(original, "kind"))) {
            throw new ConversionException(invalid + "invalid kind (expected " + text(original, "kind") + ", received "
                    + text(converted, "kind") + ")");
        }
        same(what, "name", original, converted);
        same(what, "namespace", original, converted);
        same(what, "UID", original, converted);
        try {
            converted.set("metadata", metadata(original, converted));
        } catch (ConversionException e) {
            throw new ConversionException(what + "returned invalid metadata: " + e.text());
        }
        return converted;
    }

    private static ObjectNode object(JsonNode answered) {
        if (answered.isNull()) {
            throw new ConversionException("unexpected end of JSON input");
        }
        if (!(answered instanceof ObjectNode object)) {
            throw new ConversionException(
                    "json: cannot unmarshal " + type(answered) + " into Go value of type map[string]interface {}");
        }
        if (text(object, "kind").isEmpty()
                || text(object, "apiVersion").split("/", -1).length > 2) { // a group has no slash
            throw new ConversionException("Object 'Kind' is missing in '"
                    + new String(JsonWriter.bytes(object), StandardCharsets.UTF_8) + "'");
        }
        return object;
    }

    private static String type(JsonNode node) {
        return node.isBoolean() ? "bool" : node.getNodeType().name().toLowerCase(Locale.ROOT);
    }

    private static void same(String what, String field, ObjectNode original, ObjectNode converted) {
        String before = text(original, "metadata", field.toLowerCase(Locale.ROOT));
        JsonNode sent = converted.path("metadata").path(field.toLowerCase(Locale.ROOT));
        String after = sent.isTextual() ? sent.asText() : "";
        if (!before.equals(after)) {
            throw new ConversionException(
                    what + "returned invalid object: must have the same " + field + ": " + before + " != " + after);
        }
    }

    private static ObjectNode metadata(ObjectNode original, ObjectNode converted) {
        JsonNode sent = converted.path("metadata");
        if (sent.isMissingNode()) {
            throw new ConversionException("missing metadata in converted object");
        }
        if (!(sent instanceof ObjectNode)) {
            throw new ConversionException("invalid metadata of type " + goType(sent) + " in converted object");
        }
        ObjectNode metadata = original.get("metadata") instanceof ObjectNode known
                ? known.deepCopy()
                : JsonNodeFactory.instance.objectNode();
        restore("labels", sent, metadata);
        restore("annotations", sent, metadata);
        return metadata;
    }

    private static void restore(String field, JsonNode sent, ObjectNode metadata) {
        JsonNode values = sent.path(field);
        if (values.isMissingNode() || values.isNull()) {
            metadata.remove(field);
            return;
        }
        if (!values.isObject()) {
            throw new ConversionException(
                    "invalid metadata." + field + " of type " + goType(values) + " in converted object");
        }
        for (Map.Entry<String, JsonNode> value : values.properties()) {
            if (!value.getValue().isTextual()) {
                throw new ConversionException("metadata." + field + "[" + value.getKey() + "] must be a string, but is "
                        + goType(value.getValue()) + " in converted object");
            }
        }
        if (!values.equals(metadata.path(field))) {
            FieldErrors errors = new FieldErrors();
            if (field.equals("labels")) {
                CommonMetadata.labels(values, FieldPath.of("metadata", "labels"), errors);
            } else {
                CommonMetadata.annotations(values, FieldPath.of("metadata", "annotation"), errors);
            }
            if (!errors.isEmpty()) {
                throw new ConversionException(together(errors));
            }
        }
        metadata.set(field, values);
    }

    private static String together(FieldErrors errors) {
        List<String> texts =
                errors.list().stream().map(FieldError::toString).distinct().toList();
        return texts.size() == 1 ? texts.getFirst() : "[" + String.join(", ", texts) + "]";
    }

    private static String goType(JsonNode node) {
        return switch (node.getNodeType()) {
            case STRING -> "string";
            case BOOLEAN -> "bool";
            case NUMBER -> node.isIntegralNumber() ? "int64" : "float64";
            case ARRAY -> "[]interface {}";
            case OBJECT -> "map[string]interface {}";
            default -> "<nil>";
        };
    }
}
