package io.kybern.crd.definition;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.crd.field.FieldError;
import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.value.GoText;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Where a custom kind keeps what its {@code scale} subresource shows.
 *
 * @param specReplicas such as {@code .spec.replicas}
 * @param labelSelector empty: the kind has no selector
 */
public record ScalePaths(String specReplicas, String statusReplicas, Optional<String> labelSelector) {
    static Optional<ScalePaths> of(JsonNode subresources) {
        JsonNode scale = subresources.path("scale");
        if (!scale.isObject()) {
            return Optional.empty();
        }
        String selector = scale.path("labelSelectorPath").asText("");
        return Optional.of(new ScalePaths(
                scale.path("specReplicasPath").asText(),
                scale.path("statusReplicasPath").asText(),
                selector.isEmpty() ? Optional.empty() : Optional.of(selector)));
    }

    /** The wanted replicas; empty if the object has none, which the scale endpoint answers with an error. */
    public OptionalLong replicas(ObjectNode object) {
        JsonNode value = at(object, specReplicas);
        return value.isIntegralNumber() ? OptionalLong.of(value.longValue()) : OptionalLong.empty();
    }

    public long currentReplicas(ObjectNode object) {
        return at(object, statusReplicas).asLong(0);
    }

    public String selector(ObjectNode object) {
        return labelSelector.map(path -> at(object, path).asText("")).orElse("");
    }

    /** Sets the wanted replicas, making the objects on the way. */
    public void setReplicas(ObjectNode object, int replicas) {
        List<String> fields = fields(specReplicas);
        ObjectNode parent = object;
        for (String field : fields.subList(0, fields.size() - 1)) {
            parent = parent.get(field) instanceof ObjectNode child ? child : parent.putObject(field);
        }
        parent.set(fields.getLast(), IntNode.valueOf(replicas));
    }

    void validateSpec(ObjectNode object, FieldErrors errors) {
        replicas(object, specReplicas, errors);
    }

    void validateStatus(ObjectNode object, FieldErrors errors) {
        replicas(object, statusReplicas, errors);
        labelSelector.ifPresent(path -> {
            JsonNode value = reach(object, path, "\"\"", errors);
            if (!value.isMissingNode() && !value.isTextual()) {
                complain(path, "\"\"", accessor(path, value, "string"), errors);
            }
        });
    }

    private static void replicas(ObjectNode object, String path, FieldErrors errors) {
        JsonNode value = reach(object, path, "0", errors);
        if (value.isMissingNode()) {
            return;
        }
        if (!value.isIntegralNumber()) {
            complain(path, "0", accessor(path, value, "int64"), errors);
        } else if (value.longValue() < 0) {
            complain(path, value.asText(), "should be a non-negative integer", errors);
        } else if (value.longValue() > Integer.MAX_VALUE) {
            complain(path, value.asText(), "should be less than or equal to " + Integer.MAX_VALUE, errors);
        }
    }

    /** As {@link #at}, but complains, as {@code unstructured.NestedFieldNoCopy} does, of what has no fields on the way. */
    private static JsonNode reach(ObjectNode object, String path, String shown, FieldErrors errors) {
        JsonNode node = object;
        StringBuilder passed = new StringBuilder();
        for (String field : fields(path)) {
            passed.append('.').append(field);
            if (!node.isObject()) {
                if (!node.isNull() && !node.isMissingNode()) {
                    complain(path, shown, accessor(passed.toString(), node, "map[string]interface{}"), errors);
                }
                return MissingNode.getInstance();
            }
            node = node.path(field);
        }
        return node;
    }

    private static String accessor(String path, JsonNode value, String expected) {
        return path + " accessor error: " + GoText.value(value) + " is of the type " + GoText.type(value)
                + ", expected " + expected;
    }

    private static void complain(String path, String value, String detail, FieldErrors errors) {
        errors.add(new FieldError(FieldError.Type.INVALID, path, "Invalid value: " + value + ": " + detail));
    }

    private static List<String> fields(String path) {
        return List.of(path.replaceFirst("^\\.", "").split("\\."));
    }

    private static JsonNode at(JsonNode object, String path) {
        JsonNode node = object;
        for (String field : fields(path)) {
            node = node.isObject() ? node.path(field) : MissingNode.getInstance();
        }
        return node;
    }
}
