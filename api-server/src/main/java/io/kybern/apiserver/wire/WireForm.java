package io.kybern.apiserver.wire;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.TreeMap;

/**
 * Brings a decoded object into the exact form that Go would print: members in struct order, empty ones left out or
 * completed, maps sorted. {@link #complete} is idempotent and runs after decoding and once more before an object is
 * stored, since strategies add members wherever they like.
 *
 * <p>Nil lists, maps and pointers that Go would print as {@code null} are left out of the tree by {@link #complete}, so that
 * strategies never see a null; {@link #printable} adds them.
 */
public final class WireForm {
    private static final JsonNodeFactory NODES = JsonNodeFactory.withExactBigDecimals(true);

    /** How lists and maps that are there without an item or nil are shown. */
    private enum Empty {
        KEPT,
        LEFT_OUT,
        PRINTED,
        /** Those without an item as nil ones, and these printed. */
        STORED_AND_PRINTED
    }

    private final Empty empty;

    private WireForm(Empty empty) {
        this.empty = empty;
    }

    /** The complete form, without nulls. */
    public static ObjectNode complete(ObjectNode object, WireType type) {
        return new WireForm(Empty.KEPT).root(object, type);
    }

    /** The complete form as it comes out of the store: protobuf, in which it is kept upstream, knows no empty list or map. */
    public static ObjectNode stored(ObjectNode object, WireType type) {
        return new WireForm(Empty.LEFT_OUT).root(object, type);
    }

    /** The form to be written of what is being stored: {@link #stored} and {@link #printable} in one pass. */
    public static ObjectNode encodable(ObjectNode object, WireType type) {
        return new WireForm(Empty.STORED_AND_PRINTED).root(object, type);
    }

    /** The form to be written. */
    public static ObjectNode printable(ObjectNode object, WireType type) {
        return new WireForm(Empty.PRINTED).root(object, type);
    }

    private ObjectNode root(ObjectNode object, WireType type) {
        ObjectNode out = NODES.objectNode();
        kind(object, out);
        members(object, type, out);
        return out;
    }

    private static void kind(ObjectNode object, ObjectNode out) {
        for (String name : new String[] {"kind", "apiVersion"}) {
            JsonNode value = object.get(name);
            if (value != null) {
                out.set(name, value);
            }
        }
    }

    private void members(ObjectNode object, WireType type, ObjectNode out) {
        for (WireType.Field field : type.members()) {
            JsonNode value = object.get(field.name());
            JsonNode shown = value == null || value.isNull() ? absent(field) : present(value, field);
            if (shown != null) {
                out.set(field.name(), shown);
            }
        }
    }

    private @org.jspecify.annotations.Nullable JsonNode absent(WireType.Field field) {
        WireValue type = field.value();
        if (type.pointer() || field.omitZero()) {
            return field.omitEmpty() || field.omitZero() ? null : nullValue();
        }
        return switch (type) {
            case WireValue.Struct struct -> form(NODES.objectNode(), struct);
            case WireValue.ListOf l -> field.omitEmpty() ? null : nullValue();
            case WireValue.MapOf m -> field.omitEmpty() ? null : nullValue();
            case WireValue.Scalar scalar -> {
                JsonNode zero = WireZero.of(scalar.kind());
                boolean struct = isStruct(scalar.kind());
                if (field.omitEmpty() && !struct) {
                    yield null;
                }
                yield zero.isNull() ? nullValue() : zero;
            }
        };
    }

    /** Scalars that are structs in Go: omitempty does nothing for them. */
    private static boolean isStruct(WireValue.Scalar.Kind kind) {
        return switch (kind) {
            case QUANTITY, TIME, MICROTIME, DURATION, INTORSTRING, RAW -> kind != WireValue.Scalar.Kind.DURATION;
            default -> false;
        };
    }

    private @org.jspecify.annotations.Nullable JsonNode nullValue() {
        return empty == Empty.PRINTED || empty == Empty.STORED_AND_PRINTED ? NullNode.getInstance() : null;
    }

    private @org.jspecify.annotations.Nullable JsonNode present(JsonNode value, WireType.Field field) {
        WireValue type = field.value();
        boolean struct = type instanceof WireValue.Struct
                || type instanceof WireValue.Scalar s && (isStruct(s.kind()) || s.kind() == WireValue.Scalar.Kind.JSON);
        if (field.omitEmpty() && !type.pointer() && !struct && WireZero.isEmpty(value)) {
            return null;
        }
        boolean dropped = empty == Empty.LEFT_OUT || empty == Empty.STORED_AND_PRINTED;
        if (dropped && isCollection(type) && value.isEmpty()) {
            return absent(field);
        }
        return form(value, type);
    }

    private static boolean isCollection(WireValue type) {
        return !type.pointer() && (type instanceof WireValue.ListOf || type instanceof WireValue.MapOf);
    }

    private JsonNode form(JsonNode value, WireValue type) {
        return switch (type) {
            case WireValue.Struct struct
            when value instanceof ObjectNode object -> {
                ObjectNode out = NODES.objectNode();
                if (struct.type().isKind()) {
                    kind(object, out);
                }
                members(object, struct.type(), out);
                yield out;
            }
            case WireValue.ListOf list
            when value instanceof ArrayNode array -> {
                if (list.element() instanceof WireValue.Scalar) {
                    yield array;
                }
                ArrayNode out = NODES.arrayNode(array.size());
                for (JsonNode item : array) {
                    out.add(form(item, list.element()));
                }
                yield out;
            }
            case WireValue.MapOf map
            when value instanceof ObjectNode object -> {
                ObjectNode out = NODES.objectNode();
                for (Map.Entry<String, JsonNode> entry : sorted(object).entrySet()) {
                    out.set(entry.getKey(), form(entry.getValue(), map.element()));
                }
                yield out;
            }
            case WireValue.Scalar scalar when scalar.holdsSchemas() -> schemas(value);
            default -> value;
        };
    }

    /** A schema or several, where something else may stand, too: that stays as it is. */
    private JsonNode schemas(JsonNode value) {
        if (value instanceof ObjectNode schema) {
            ObjectNode out = NODES.objectNode();
            members(schema, WireTypes.builtin().type("apiextensions/v1.JSONSchemaProps"), out);
            return out;
        }
        if (value instanceof ArrayNode array) {
            ArrayNode out = NODES.arrayNode(array.size());
            array.forEach(item -> out.add(schemas(item)));
            return out;
        }
        return value;
    }

    private static Map<String, JsonNode> sorted(ObjectNode object) {
        Map<String, JsonNode> out = new TreeMap<>();
        object.properties().forEach(e -> out.put(e.getKey(), e.getValue()));
        return out;
    }
}
