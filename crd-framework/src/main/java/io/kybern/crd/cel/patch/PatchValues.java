package io.kybern.crd.cel.patch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.POJONode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.kybern.crd.cel.program.StructValue;
import io.kybern.crd.cel.value.Bytes;
import io.kybern.crd.cel.value.CelList;
import io.kybern.crd.cel.value.CelMap;
import io.kybern.crd.cel.value.CelNull;
import io.kybern.crd.cel.value.Conversions;
import io.kybern.crd.cel.value.UInt;
import io.kybern.crd.cel.value.Values;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/** What an expression of a mutation has made, as JSON. */
public final class PatchValues {
    /** JSON has doubles: whole numbers beyond these are texts there. Source: {@code cel-go/common/types}. */
    private static final long EXACT = 1L << 53;

    /** A null in an applied object is a number in Go, with this name: no field may have it. */
    private static final JsonNode NULL_VALUE = new POJONode("NULL_VALUE");

    private PatchValues() {}

    /** A value that can't be used; the message is the original's. */
    public static final class UnusableException extends Exception {
        private static final long serialVersionUID = 1;

        UnusableException(String message) {
            super(message, null, false, false);
        }
    }

    /**
     * The object that is to be applied.
     *
     * @throws UnusableException if a type in it is not named after the path of its field
     */
    public static ObjectNode applied(Object value) throws UnusableException {
        if (!(value instanceof StructValue struct)) {
            throw new UnusableException("unsupported return type from ApplyConfiguration expression: "
                    + Values.typeOf(value).format());
        }
        checkTypes(struct);
        return object(struct, false);
    }

    /**
     * The operations as a JSON patch.
     *
     * @throws UnusableException if a value in it has no JSON, or is of types that are not named after the paths of their fields
     */
    public static ArrayNode operations(Object value) throws UnusableException {
        ArrayNode out = JsonNodeFactory.instance.arrayNode();
        if (!(value instanceof CelList list)) {
            throw new UnusableException("type mismatch: JSONPatchType.expression should evaluate to array");
        }
        for (int i = 0; i < list.size(); i++) {
            if (!(list.get(i) instanceof StructValue operation)) {
                throw new UnusableException(
                        "type mismatch: JSONPatchType.expression should evaluate to array of JSONPatch: "
                                + "unsupported conversion");
            }
            out.add(operation(operation));
        }
        return out;
    }

    private static ObjectNode operation(StructValue operation) throws UnusableException {
        Map<Object, Object> fields = operation.fields();
        ObjectNode out = JsonNodeFactory.instance.objectNode();
        out.put("op", String.valueOf(fields.getOrDefault("op", "")));
        out.put("path", String.valueOf(fields.getOrDefault("path", "")));
        if (fields.get("from") instanceof String from && !from.isEmpty()) {
            out.put("from", from);
        }
        Object value = fields.get("value");
        if (value != null) {
            if (value instanceof StructValue struct) {
                checkTypes(struct);
            }
            out.set("value", json(value, true));
        }
        return out;
    }

    private static void checkTypes(StructValue struct) throws UnusableException {
        List<String> errors = new ArrayList<>();
        checkTypes(struct, struct.typeName(), errors);
        if (!errors.isEmpty()) {
            throw new UnusableException("type mismatch: " + String.join("\n", errors));
        }
    }

    /** Lists and maps have no name: what is in them is called as they would be. */
    private static void checkTypes(Object value, String path, List<String> errors) {
        switch (value) {
            case StructValue struct -> {
                if (!struct.typeName().equals(path)) {
                    errors.add("unexpected type name \"" + struct.typeName() + "\", expected \"" + path
                            + "\", which matches field name path from root Object type");
                }
                struct.fields().forEach((name, field) -> checkTypes(field, path + "." + name, errors));
            }
            case CelList list -> {
                for (int i = 0; i < list.size(); i++) {
                    checkTypes(list.get(i), path, errors);
                }
            }
            case CelMap map -> map.keys().forEach(key -> checkTypes(map.at(key), path, errors));
            default -> {}
        }
    }

    private static ObjectNode object(StructValue struct, boolean wire) throws UnusableException {
        ObjectNode out = JsonNodeFactory.instance.objectNode();
        for (Map.Entry<Object, Object> field : struct.fields().entrySet()) {
            out.set(String.valueOf(field.getKey()), json(field.getValue(), wire));
        }
        return out;
    }

    /** @param wire as protobuf's JSON has it, else as values of Go */
    private static JsonNode json(Object value, boolean wire) throws UnusableException {
        return switch (value) {
            case StructValue struct -> object(struct, wire);
            case CelList list -> {
                ArrayNode out = JsonNodeFactory.instance.arrayNode();
                for (int i = 0; i < list.size(); i++) {
                    out.add(json(list.get(i), wire));
                }
                yield out;
            }
            case CelMap map -> map(map, wire);
            case CelNull none -> wire ? NullNode.instance : NULL_VALUE;
            case Boolean flag -> BooleanNode.valueOf(flag);
            case Long number ->
                !wire || Math.abs(number) <= EXACT ? LongNode.valueOf(number) : TextNode.valueOf("" + number);
            case UInt number ->
                Long.compareUnsigned(number.bits(), EXACT) <= 0
                        ? LongNode.valueOf(number.bits())
                        : TextNode.valueOf(Long.toUnsignedString(number.bits()));
            case Double number -> DoubleNode.valueOf(number);
            case String text -> TextNode.valueOf(text);
            case Bytes bytes -> TextNode.valueOf(Base64.getEncoder().encodeToString(bytes.content()));
            case OffsetDateTime time -> TextNode.valueOf(String.valueOf(Conversions.toText(time)));
            case Duration duration -> TextNode.valueOf(String.valueOf(Conversions.toText(duration)));
            default ->
                throw new UnusableException(
                        "JSONPath valueExpression evaluated to a type that could not marshal to JSON: "
                                + "unsupported native conversion of "
                                + Values.typeOf(value).format());
        };
    }

    private static ObjectNode map(CelMap map, boolean wire) throws UnusableException {
        ObjectNode out = JsonNodeFactory.instance.objectNode();
        for (Object key : map.keys()) {
            if (!(key instanceof String name)) {
                throw new UnusableException("map key \"" + Values.text(key) + "\" is of type types."
                        + Values.typeOf(key).format() + ", not string");
            }
            out.set(name, json(map.at(key), wire));
        }
        return out;
    }
}
