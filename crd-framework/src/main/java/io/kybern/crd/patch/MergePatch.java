package io.kybern.crd.patch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Iterator;

/**
 * JSON merge patch (RFC 7386) as {@code evanphx/json-patch} 4 does it: nulls delete, and are dropped from what is added,
 * also inside the objects of added arrays.
 */
public final class MergePatch {
    private MergePatch() {}

    /**
     * The patched object; neither argument is changed.
     *
     * @throws PatchException 400 if the patch is not an object
     */
    public static ObjectNode apply(ObjectNode original, JsonNode patch) {
        if (patch.isNull()) {
            throw PatchException.badRequest("Invalid JSON Patch");
        }
        if (!(patch instanceof ObjectNode object)) {
            throw PatchException.badRequest("error decoding patch: json: cannot unmarshal " + GoJson.kind(patch)
                    + " into Go value of type map[string]interface {}");
        }
        ObjectNode result = original.deepCopy();
        merge(result, object);
        return result;
    }

    private static void merge(ObjectNode target, ObjectNode patch) {
        patch.propertyStream().forEach(e -> {
            String field = e.getKey();
            JsonNode value = e.getValue();
            if (value.isNull()) {
                target.remove(field);
            } else if (value instanceof ObjectNode inner && target.get(field) instanceof ObjectNode existing) {
                merge(existing, inner);
            } else {
                JsonNode copy = value.deepCopy();
                dropNulls(copy);
                target.set(field, copy);
            }
        });
    }

    /** Nulls in objects go, nulls in arrays stay. */
    private static void dropNulls(JsonNode node) {
        for (Iterator<JsonNode> i = node.elements(); i.hasNext(); ) {
            JsonNode child = i.next();
            if (child.isNull() && node.isObject()) {
                i.remove();
            } else {
                dropNulls(child);
            }
        }
    }
}
