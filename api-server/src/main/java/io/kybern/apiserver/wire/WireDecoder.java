package io.kybern.apiserver.wire;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.kybern.crd.field.FieldPath;
import java.io.IOException;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Reads one object of a known wire type from JSON events, the way Go's decoder does: unknown and repeated members are
 * noted (in the order of the document) and dropped, {@code null} means absent, a value of a wrong type ends it. The
 * events may come from bytes or from a tree that a patch made.
 */
public final class WireDecoder {
    /** The original stops after so many strict errors. */
    private static final int STRICT_LIMIT = 100;

    private static final JsonNodeFactory NODES = JsonNodeFactory.withExactBigDecimals(true);

    private final JsonParser parser;
    private final List<String> strictErrors;
    private final boolean wraps;

    /** The names that lead to a member, without what it is in lists and maps; spelt out when a message wants them. */
    private record GoPath(@Nullable GoPath parent, String name) {
        static final GoPath ROOT = new GoPath(null, "");

        @Override
        public String toString() {
            return parent == null || parent == ROOT ? name : parent + "." + name;
        }
    }

    private WireDecoder(JsonParser parser, List<String> strictErrors, boolean wraps) {
        this.parser = parser;
        this.wraps = wraps;
        this.strictErrors = strictErrors;
    }

    /**
     * Decodes the object at the parser's next (or current) token.
     *
     * @param strictErrors receives {@code unknown field "x"} and {@code duplicate field "x"}
     * @throws DecodeException when a value has a wrong type
     * @throws IOException when the document is malformed
     */
    public static ObjectNode decode(JsonParser parser, WireType type, List<String> strictErrors) throws IOException {
        return decode(parser, type, strictErrors, false);
    }

    private static ObjectNode decode(JsonParser parser, WireType type, List<String> strictErrors, boolean wraps)
            throws IOException {
        if (parser.currentToken() == null) {
            parser.nextToken();
        }
        WireDecoder decoder = new WireDecoder(parser, strictErrors, wraps);
        return decoder.struct(type, null, type.structName(), GoPath.ROOT, true);
    }

    /** Decodes a tree. */
    public static ObjectNode decode(JsonNode tree, WireType type, List<String> strictErrors) {
        return decode(tree, type, strictErrors, false);
    }

    /**
     * Decodes a tree as the original's {@code DefaultUnstructuredConverter} does: of a number that its member is too small
     * for, the low bits are kept.
     */
    public static ObjectNode convert(JsonNode tree, WireType type, List<String> strictErrors) {
        return decode(tree, type, strictErrors, true);
    }

    private static ObjectNode decode(JsonNode tree, WireType type, List<String> strictErrors, boolean wraps) {
        try (JsonParser parser = tree.traverse()) {
            return decode(parser, type, strictErrors, wraps);
        } catch (IOException e) {
            throw new DecodeException(String.valueOf(e.getMessage()));
        }
    }

    private ObjectNode struct(WireType type, @Nullable FieldPath path, String owner, GoPath goPath, boolean root)
            throws IOException {
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            throw wrongType(owner, goPath, type.goName());
        }
        ObjectNode out = NODES.objectNode();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            parser.nextToken();
            WireType.Field field = type.member(name);
            if (field == null && !((root || type.isKind()) && (name.equals("kind") || name.equals("apiVersion")))) {
                strict("unknown field ", child(path, name));
                parser.skipChildren();
                continue;
            }
            if (out.has(name)) {
                strict("duplicate field ", child(path, name));
            }
            GoPath inner = new GoPath(goPath, name);
            JsonNode value = field == null
                    ? string(type.structName(), inner, "string")
                    : value(field.value(), child(path, name), type.structName(), inner);
            if (value != null) {
                out.set(name, value);
            } else {
                out.remove(name);
            }
        }
        return out;
    }

    private @Nullable JsonNode value(WireValue type, FieldPath path, String owner, GoPath goPath) throws IOException {
        if (parser.currentToken() == JsonToken.VALUE_NULL
                && !(type instanceof WireValue.Scalar s && s.kind() == WireValue.Scalar.Kind.JSON)) {
            return null;
        }
        return switch (type) {
            case WireValue.Struct struct -> struct(struct.type(), path, owner, goPath, false);
            case WireValue.ListOf list -> list(list, path, owner, goPath);
            case WireValue.MapOf map -> map(map, path, owner, goPath);
            case WireValue.Scalar scalar -> scalar(scalar, path, owner, goPath);
        };
    }

    private JsonNode list(WireValue.ListOf type, FieldPath path, String owner, GoPath goPath) throws IOException {
        if (parser.currentToken() != JsonToken.START_ARRAY) {
            throw wrongType(owner, goPath, type.goName());
        }
        ArrayNode out = NODES.arrayNode();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            JsonNode item = value(type.element(), path.index(out.size()), owner, goPath);
            out.add(item == null ? zero(type.element()) : item);
        }
        return out;
    }

    private JsonNode map(WireValue.MapOf type, FieldPath path, String owner, GoPath goPath) throws IOException {
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            throw wrongType(owner, goPath, type.goName());
        }
        ObjectNode out = NODES.objectNode();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String key = parser.currentName();
            parser.nextToken();
            if (out.has(key)) {
                strict("duplicate field ", path.child(key));
            }
            JsonNode item = value(type.element(), path.child(key), owner, goPath);
            out.set(key, item == null ? zero(type.element()) : item);
        }
        return out;
    }

    /** What Go leaves in a list or map for a {@code null}. */
    private static JsonNode zero(WireValue type) {
        return switch (type) {
            case WireValue.Struct s -> NODES.objectNode();
            case WireValue.ListOf l -> NODES.nullNode();
            case WireValue.MapOf m -> NODES.nullNode();
            // Conversion to the internal form makes no bytes of nil ones.
            case WireValue.Scalar s when s.kind() == WireValue.Scalar.Kind.BYTES -> TextNode.valueOf("");
            case WireValue.Scalar s -> WireZero.of(s.kind());
        };
    }

    private @Nullable JsonNode scalar(WireValue.Scalar type, FieldPath path, String owner, GoPath goPath)
            throws IOException {
        JsonToken token = parser.currentToken();
        return switch (type.kind()) {
            case STRING -> string(owner, goPath, type.goName());
            case BOOL -> {
                if (token != JsonToken.VALUE_TRUE && token != JsonToken.VALUE_FALSE) {
                    throw wrongType(owner, goPath, "bool");
                }
                yield BooleanNode.valueOf(token == JsonToken.VALUE_TRUE);
            }
            case INT32 -> integer(Integer.MIN_VALUE, Integer.MAX_VALUE, owner, goPath, "int32");
            case UINT8 -> integer(0, 255, owner, goPath, "uint8");
            case UINT32 -> integer(0, 0xffffffffL, owner, goPath, "uint32");
            case INT64, INT, UINT64 -> integer(Long.MIN_VALUE, Long.MAX_VALUE, owner, goPath, type.goName());
            case FLOAT64 -> {
                if (!token.isNumeric()) {
                    throw wrongType(owner, goPath, "float64");
                }
                yield WireScalars.number(parser, " into Go struct field " + owner + "." + goPath + " of type float64");
            }
            case BYTES -> {
                String text = string(owner, goPath, type.goName()).textValue();
                yield TextNode.valueOf(WireScalars.base64(text));
            }
            case QUANTITY -> {
                if (token == JsonToken.VALUE_STRING || token.isNumeric()) {
                    yield TextNode.valueOf(WireScalars.quantity(parser.getText()));
                }
                throw new DecodeException(WireScalars.QUANTITY_SYNTAX);
            }
            case TIME -> {
                String text = string(owner, goPath, "string").textValue();
                yield WireScalars.time(text).<JsonNode>map(TextNode::valueOf).orElse(null);
            }
            case MICROTIME -> {
                String text = string(owner, goPath, "string").textValue();
                yield WireScalars.microTime(text)
                        .<JsonNode>map(TextNode::valueOf)
                        .orElse(null);
            }
            case DURATION ->
                TextNode.valueOf(
                        WireScalars.duration(string(owner, goPath, "string").textValue()));
            case INTORSTRING -> {
                if (token == JsonToken.VALUE_STRING) {
                    yield TextNode.valueOf(parser.getText());
                }
                if (token == JsonToken.VALUE_NUMBER_INT) {
                    yield integer(Integer.MIN_VALUE, Integer.MAX_VALUE, owner, goPath, "int32");
                }
                throw wrongType(owner, goPath, "string");
            }
            case RAW, FIELDSV1, JSON, SCHEMAORBOOL, SCHEMAORARRAY, SCHEMAORSTRINGS, ANY -> WireScalars.any(parser);
        };
    }

    private TextNode string(String owner, GoPath goPath, String goType) throws IOException {
        if (parser.currentToken() == JsonToken.VALUE_NULL) {
            return TextNode.valueOf("");
        }
        if (parser.currentToken() != JsonToken.VALUE_STRING) {
            throw wrongType(owner, goPath, goType);
        }
        return TextNode.valueOf(parser.getText());
    }

    private JsonNode integer(long min, long max, String owner, GoPath goPath, String goType) throws IOException {
        JsonToken token = parser.currentToken();
        if (!token.isNumeric()) {
            throw wrongType(owner, goPath, goType);
        }
        if (wraps) {
            OptionalLong wrapped = wrapped(min, max);
            if (wrapped.isPresent()) {
                return LongNode.valueOf(wrapped.getAsLong());
            }
        }
        long value = 0;
        boolean fits = token == JsonToken.VALUE_NUMBER_INT;
        if (fits) {
            JsonParser.NumberType size = parser.getNumberType();
            fits = size == JsonParser.NumberType.INT || size == JsonParser.NumberType.LONG;
            value = fits ? parser.getLongValue() : 0;
        }
        if (!fits || value < min || value > max) {
            String error = "json: cannot unmarshal number " + parser.getText() + " into Go struct field " + owner + "."
                    + goPath + " of type " + goType;
            throw new DecodeException(
                    error, token == JsonToken.VALUE_NUMBER_FLOAT ? "cannot convert float64 to " + goType : error);
        }
        return LongNode.valueOf(value);
    }

    /** Empty for a number with a fraction. */
    private OptionalLong wrapped(long min, long max) throws IOException {
        JsonParser.NumberType size = parser.getNumberType();
        long value;
        if (size == JsonParser.NumberType.INT || size == JsonParser.NumberType.LONG) {
            value = parser.getLongValue();
        } else {
            double number = parser.getDoubleValue();
            if (number != Math.rint(number)) {
                return OptionalLong.empty();
            }
            // what amd64 makes of a number that no integer holds
            value = Math.abs(number) < 0x1p63 ? (long) number : Long.MIN_VALUE;
        }
        if (min == Integer.MIN_VALUE) {
            return OptionalLong.of((int) value);
        }
        return OptionalLong.of(min == 0 ? value & max : value);
    }

    private DecodeException wrongType(String owner, GoPath goPath, String goType) {
        String target = goPath == GoPath.ROOT
                ? " into Go value of type " + goType
                : " into Go struct field " + owner + "." + goPath + " of type " + goType;
        return new DecodeException(
                "json: cannot unmarshal " + WireScalars.describe(parser.currentToken()) + target,
                unconvertible(goType));
    }

    private String unconvertible(String goType) {
        String found = switch (parser.currentToken()) {
            case START_OBJECT -> "map";
            case START_ARRAY -> "slice";
            case VALUE_STRING -> "string";
            case VALUE_NUMBER_INT -> "int64";
            case VALUE_NUMBER_FLOAT -> "float64";
            default -> "bool";
        };
        if (goType.startsWith("[]")) {
            return "cannot restore slice from " + found;
        }
        if (goType.startsWith("map[")) {
            return "cannot restore map from " + found;
        }
        if (goType.indexOf('.') >= 0) {
            return "cannot restore struct from: " + found;
        }
        // Only what Go's language could convert is refused as a conversion: a number to the text of that rune.
        boolean converts = found.equals("int64") && goType.equals("string")
                || found.equals("float64") && goType.matches("u?int(8|32|64)?");
        return converts ? "cannot convert " + found + " to " + goType : "unrecognized type: " + goType;
    }

    private void strict(String what, FieldPath path) {
        String error = what + '"' + path + '"';
        if (strictErrors.size() < STRICT_LIMIT && !strictErrors.contains(error)) {
            strictErrors.add(error);
        }
    }

    private static FieldPath child(@Nullable FieldPath path, String name) {
        return path == null ? FieldPath.of(name) : path.child(name);
    }
}
