package io.kybern.crd.merge;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.crd.schema.Schema;
import io.kybern.crd.schema.Schemas;
import java.util.List;

/**
 * How a value merges, as its schema and its JSON type have it. Where a schema says nothing, objects merge by field and
 * lists are atomic. Source: {@code kube-openapi/pkg/schemaconv}.
 */
enum Shape {
    /** One leaf: scalars, and whatever does not fit its schema. */
    LEAF,
    ATOMIC_MAP,
    MAP,
    ATOMIC_LIST,
    SET,
    KEYED_LIST;

    /** What is below an object without declared structure. */
    static final Schema DEDUCED = Schema.ANY;

    /** What is below a value that is never looked into: everything there is atomic. */
    private static final Schema UNTYPED = Schemas.parseSingle(atomicAny());

    private static final String RAW_EXTENSION = "io.k8s.apimachinery.pkg.runtime.RawExtension";

    private static ObjectNode atomicAny() {
        return JsonNodeFactory.instance.objectNode().put("x-kubernetes-map-type", "atomic");
    }

    /** The shape of a value of this schema. */
    static Shape of(Schema schema, JsonNode value) {
        if (value.isObject()) {
            return isAtomicMap(schema) ? ATOMIC_MAP : MAP;
        }
        if (value.isArray()) {
            return ofList(schema);
        }
        if (value.isNull()) {
            return switch (schema.type()) {
                case "object" -> isAtomicMap(schema) ? ATOMIC_MAP : MAP;
                case "array" -> ofList(schema);
                default -> LEAF;
            };
        }
        return LEAF;
    }

    static boolean isAtomicMap(Schema schema) {
        return schema.isAtomicMap() || schema.name().equals(RAW_EXTENSION);
    }

    static Shape ofList(Schema schema) {
        if (schema.listType().isPresent()) {
            return schema.isKeyedList() ? KEYED_LIST : schema.isSet() ? SET : ATOMIC_LIST;
        }
        if (schema.patchStrategies().contains("merge")) {
            return schema.patchMergeKey().isPresent() ? KEYED_LIST : SET;
        }
        return ATOMIC_LIST;
    }

    boolean isAtomic() {
        return this == LEAF || this == ATOMIC_MAP || this == ATOMIC_LIST;
    }

    boolean isList() {
        return this == ATOMIC_LIST || this == SET || this == KEYED_LIST;
    }

    static List<String> keys(Schema list) {
        return list.listMapKeys().isEmpty() ? list.patchMergeKey().map(List::of).orElse(List.of()) : list.listMapKeys();
    }

    /**
     * The schema of a field; {@link Schema#NONE} if the object may not have it.
     *
     * @param preserve whether an object above keeps unknown fields: then all below it do
     */
    static Schema field(Schema object, String name, boolean preserve) {
        Schema declared = object.child(name);
        if (declared.declared()) {
            return declared;
        }
        boolean closed = object.raw().path("additionalProperties").isBoolean();
        boolean open = preserve
                || object.preserveUnknownFields()
                || object.properties().isEmpty();
        return !closed && open ? (object == UNTYPED ? UNTYPED : DEDUCED) : Schema.NONE;
    }

    static Schema item(Schema list) {
        Schema declared = list.item();
        return declared.declared() ? declared : UNTYPED;
    }

    /**
     * What identifies an item of a set or keyed list; a key that is missing counts with its default.
     *
     * @throws IllegalArgumentException with the original's text if the item can't be one of such a list
     */
    static PathElement element(Schema list, Shape shape, JsonNode item) {
        if (shape == SET) {
            if (item.isObject()) {
                throw new IllegalArgumentException("associative list without keys has an element that's a map type");
            }
            if (item.isArray()) {
                throw new IllegalArgumentException("not supported: associative list with lists as elements");
            }
            if (item.isNull()) {
                throw new IllegalArgumentException(
                        "associative list without keys has an element that's an explicit null");
            }
            return PathElement.value(item);
        }
        if (item.isNull()) {
            throw new IllegalArgumentException("associative list with keys may not have a null element");
        }
        if (!item.isObject()) {
            throw new IllegalArgumentException("associative list with keys may not have non-map elements");
        }
        ObjectNode keys = JsonNodeFactory.instance.objectNode();
        List<String> names = keys(list);
        for (String name : names) {
            JsonNode value = item.get(name);
            if (value != null) {
                keys.set(name, value);
            } else {
                item(list).property(name).defaultValue().ifPresent(d -> keys.set(name, d));
            }
        }
        if (keys.isEmpty() && !names.isEmpty()) {
            StringBuilder quoted = new StringBuilder();
            names.forEach(n -> quoted.append(quoted.isEmpty() ? "" : " ")
                    .append('"')
                    .append(n)
                    .append('"'));
            throw new IllegalArgumentException("associative list with keys has an element that omits all key fields ["
                    + quoted + "] (and doesn't have default values for any key fields)");
        }
        return PathElement.key(keys);
    }
}
