package io.kybern.crd.merge;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.crd.schema.Schema;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Merges what a mutating admission policy applies into an object: as server-side apply, but nobody comes to own anything,
 * and what would replace an atomic list or map is refused.
 *
 * <p>Source: {@code apiserver/pkg/admission/plugin/policy/mutating/patch/smd.go}.
 */
public final class AppliedConfiguration {
    private AppliedConfiguration() {}

    /**
     * The merged object; it may share parts with both.
     *
     * @param live not changed
     * @param applied of the same kind and version
     * @throws ApplyException.Untyped if it does not fit the schema, or has atomic parts
     */
    public static ObjectNode merge(ObjectNode live, ObjectNode applied, Schema schema) {
        String error = TypedValidation.errors(applied, schema);
        if (!error.isEmpty()) {
            throw new ApplyException.Untyped("failed to convert patch object to typed object: " + error);
        }
        List<String> atomics = new ArrayList<>();
        collect("", applied, schema, schema.preserveUnknownFields(), atomics);
        if (!atomics.isEmpty()) {
            throw new ApplyException.Untyped(
                    "invalid ApplyConfiguration: may not mutate atomic arrays, maps or structs: "
                            + String.join(", ", atomics));
        }
        return TypedMerge.merge(live, applied, schema);
    }

    private static void collect(String path, JsonNode value, Schema schema, boolean preserve, List<String> atomics) {
        Shape shape = Shape.of(schema, value);
        if (shape == Shape.ATOMIC_MAP || shape == Shape.ATOMIC_LIST) {
            atomics.add(path);
        }
        boolean keeps = preserve || schema.preserveUnknownFields();
        if (value.isObject()) {
            for (Map.Entry<String, JsonNode> e : value.properties()) {
                Schema declared = schema.properties().get(e.getKey());
                if (declared != null) {
                    collect(path + "." + e.getKey(), e.getValue(), declared, keeps, atomics);
                }
            }
        }
        if (value.isArray()) {
            for (int i = 0; i < value.size(); i++) {
                collect(path + PathElement.index(i), value.get(i), Shape.item(schema), keeps, atomics);
            }
        }
    }
}
