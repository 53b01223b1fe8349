package io.kybern.crd.merge;

import com.fasterxml.jackson.databind.JsonNode;
import io.kybern.crd.schema.Schema;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** The set of fields that an object mentions: what a manager owns that applies it. */
final class FieldSets {
    private FieldSets() {}

    /** Every leaf and every item that the object mentions. */
    static FieldSet of(JsonNode object, Schema schema) {
        return walk(object, schema, false);
    }

    private static FieldSet walk(JsonNode value, Schema schema, boolean preserve) {
        Shape shape = Shape.of(schema, value);
        return switch (shape) {
            case MAP -> map(value, schema, preserve || schema.preserveUnknownFields());
            case SET, KEYED_LIST -> list(value, schema, shape, preserve || schema.preserveUnknownFields());
            default -> FieldSet.EMPTY;
        };
    }

    private static FieldSet map(JsonNode map, Schema schema, boolean preserve) {
        FieldSet.Builder builder = new FieldSet.Builder();
        for (Map.Entry<String, JsonNode> e : map.properties()) {
            JsonNode value = e.getValue();
            Schema type = Shape.field(schema, e.getKey(), preserve);
            boolean named = schema.property(e.getKey()).declared();
            boolean member = !named
                    || Shape.of(type, value).isAtomic()
                    || value.isNull()
                    || (value.isObject() && value.isEmpty());
            builder.add(PathElement.field(e.getKey()), member, walk(value, type, preserve));
        }
        return builder.build();
    }

    private static FieldSet list(JsonNode list, Schema schema, Shape shape, boolean preserve) {
        FieldSet.Builder builder = new FieldSet.Builder();
        Set<PathElement> seen = new HashSet<>();
        Set<PathElement> duplicates = new HashSet<>();
        for (JsonNode item : list) {
            PathElement element = Shape.element(schema, shape, item);
            if (!seen.add(element)) {
                duplicates.add(element);
            }
        }
        for (JsonNode item : list) {
            PathElement element = Shape.element(schema, shape, item);
            FieldSet below = duplicates.contains(element) ? FieldSet.EMPTY : walk(item, Shape.item(schema), preserve);
            builder.add(element, true, below);
        }
        return builder.build();
    }

    /**
     * The set with the named fields added that lead to its members, as RemoveItems needs it: to remove all below a field
     * removes the field too.
     */
    static FieldSet withNamedFields(FieldSet set, Schema schema) {
        FieldSet.Builder builder = new FieldSet.Builder();
        set.forEach((element, member, below) -> {
            boolean named = !below.isEmpty()
                    && element.isField()
                    && schema.property(element.text()).declared();
            Schema type = element.isField() ? schema.child(element.text()) : schema.item();
            builder.add(element, member || named, withNamedFields(below, type));
        });
        return builder.build();
    }

    /** Whether {@link #reconcile} would leave a set in its JSON form as it is. */
    static boolean isReconciled(JsonNode fieldsV1, Schema schema, boolean preserve) {
        boolean keeps = preserve || schema.preserveUnknownFields();
        for (Map.Entry<String, JsonNode> entry : fieldsV1.properties()) {
            JsonNode below = entry.getValue();
            boolean leaf = below.isEmpty() || below.size() == 1 && below.has(".");
            if (leaf) {
                continue;
            }
            String name = entry.getKey();
            Schema type = name.startsWith("f:") ? Shape.field(schema, name.substring(2), keeps) : schema.item();
            if (isAtomic(type) || !isReconciled(below, type, keeps)) {
                return false;
            }
        }
        return true;
    }

    private static boolean isAtomic(Schema type) {
        return type.type().equals("array")
                ? Shape.ofList(type) == Shape.ATOMIC_LIST
                : type.type().equals("object") && Shape.isAtomicMap(type);
    }

    /** The set after fields became atomic that were not when it was written: their members become the field itself. */
    static FieldSet reconcile(FieldSet set, Schema schema, boolean preserve) {
        boolean keeps = preserve || schema.preserveUnknownFields();
        FieldSet[] result = {set};
        set.forEach((element, member, below) -> {
            if (below.isEmpty()) {
                return;
            }
            Schema type = element.isField() ? Shape.field(schema, element.text(), keeps) : schema.item();
            boolean atomic = isAtomic(type);
            FieldSet changed = atomic ? FieldSet.EMPTY : reconcile(below, type, keeps);
            if (changed != below) {
                FieldSet.Builder replacement = new FieldSet.Builder();
                replacement.add(element, member || atomic, changed);
                FieldSet.Builder old = new FieldSet.Builder();
                old.member(element);
                result[0] = result[0].recursiveDifference(old.build()).union(replacement.build());
            }
        });
        return result[0];
    }
}
