package io.kybern.apiserver.wire.protobuf;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.kybern.apiserver.wire.DecodeException;
import io.kybern.apiserver.wire.WireType;
import io.kybern.apiserver.wire.WireTypes;
import io.kybern.apiserver.wire.WireValue;
import io.kybern.crd.resource.GroupVersionKind;
import io.kybern.crd.value.GoText;
import java.util.Arrays;
import java.util.Base64;

/** Kubernetes protobuf of built-in kinds as JSON trees, driven by the wire types' field numbers. */
public final class ProtobufDecoder {
    private static final byte[] MAGIC = {'k', '8', 's', 0};
    private static final int MAX_DEPTH = 200;
    private static final JsonNodeFactory NODES = JsonNodeFactory.withExactBigDecimals(true);

    private ProtobufDecoder() {}

    /**
     * What an object travels in.
     *
     * @param apiVersion empty if it is not named, as the kind
     */
    public record Envelope(String apiVersion, String kind, byte[] raw) {
        /** The kind, with what is missing from {@code expected}. */
        public GroupVersionKind kind(GroupVersionKind expected) {
            return GroupVersionKind.of(
                    apiVersion.isEmpty() ? expected.apiVersion() : apiVersion, kind.isEmpty() ? expected.kind() : kind);
        }
    }

    /**
     * Opens the envelope.
     *
     * @throws DecodeException when the bytes are none
     */
    public static Envelope open(byte[] body) {
        if (body.length == 0) {
            throw new DecodeException("empty data");
        }
        if (body.length < MAGIC.length || !Arrays.equals(MAGIC, 0, MAGIC.length, body, 0, MAGIC.length)) {
            throw new DecodeException(
                    "provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]");
        }
        if (body.length == MAGIC.length) {
            throw new DecodeException("empty body");
        }
        ProtobufReader reader = new ProtobufReader(Arrays.copyOfRange(body, MAGIC.length, body.length));
        String apiVersion = "";
        String kind = "";
        byte[] raw = {};
        while (reader.hasMore()) {
            int tag = reader.tag();
            switch (tag >>> 3) {
                case 1 -> {
                    ProtobufReader type = reader.message();
                    while (type.hasMore()) {
                        int field = type.tag();
                        switch (field >>> 3) {
                            case 1 -> apiVersion = type.string();
                            case 2 -> kind = type.string();
                            default -> type.skip(field & 7);
                        }
                    }
                }
                case 2 -> raw = reader.bytes();
                default -> reader.skip(tag & 7);
            }
        }
        return new Envelope(apiVersion, kind, raw);
    }

    /**
     * Reads the object in an envelope.
     *
     * @param expected the kind if the envelope names none
     * @throws DecodeException when the bytes are no such object
     */
    public static ObjectNode decode(Envelope envelope, GroupVersionKind expected) {
        GroupVersionKind actual = envelope.kind(expected);
        WireType type = WireTypes.builtin()
                .ofKind(actual)
                .or(() -> WireTypes.builtin().ofKind(new GroupVersionKind("meta.k8s.io", "v1", actual.kind())))
                .orElseThrow(() -> new DecodeException("no kind \"" + actual.kind() + "\" is registered for version \""
                        + actual.apiVersion() + "\" in scheme \"pkg/runtime/scheme.go:111\""));
        ObjectNode out = NODES.objectNode();
        out.put("kind", actual.kind()).put("apiVersion", actual.apiVersion());
        struct(new ProtobufReader(envelope.raw()), type, out, 0);
        return out;
    }

    private static void struct(ProtobufReader reader, WireType type, ObjectNode out, int depth) {
        if (depth > MAX_DEPTH) {
            throw new DecodeException("proto: message nested too deeply");
        }
        while (reader.hasMore()) {
            int tag = reader.tag();
            WireType.Field field = field(type, tag >>> 3);
            if (field == null) {
                reader.skip(tag & 7);
                continue;
            }
            int wireType = wireType(field.value());
            boolean packed = field.value() instanceof WireValue.ListOf
                    && wireType == ProtobufWriter.VARINT
                    && (tag & 7) == ProtobufWriter.BYTES;
            if ((tag & 7) != wireType && !packed) {
                throw new DecodeException("proto: wrong wireType = " + (tag & 7) + " for field " + field.name());
            }
            if (field.inline() && field.value() instanceof WireValue.Struct struct) {
                struct(reader.message(), struct.type(), out, depth + 1);
            } else {
                member(reader, tag & 7, field.name(), field.value(), out, depth);
            }
        }
    }

    private static WireType.@org.jspecify.annotations.Nullable Field field(WireType type, int number) {
        for (WireType.Field field : type.declared()) {
            if (field.number() == number) {
                return field;
            }
        }
        return null;
    }

    private static int wireType(WireValue type) {
        return switch (type) {
            case WireValue.Scalar scalar ->
                switch (scalar.kind()) {
                    case BOOL, INT32, INT64, INT, UINT8, UINT32, UINT64 -> ProtobufWriter.VARINT;
                    case FLOAT64 -> ProtobufWriter.FIXED64;
                    default -> ProtobufWriter.BYTES;
                };
            case WireValue.ListOf list when !list.message() -> wireType(list.element());
            default -> ProtobufWriter.BYTES;
        };
    }

    private static void member(
            ProtobufReader reader, int wireType, String name, WireValue type, ObjectNode out, int depth) {
        switch (type) {
            case WireValue.ListOf list when list.message() -> out.set(name, items(reader.message(), list, depth));
            case WireValue.ListOf list -> {
                ArrayNode array = out.get(name) instanceof ArrayNode known ? known : out.putArray(name);
                if (wireType == wireType(list.element())) {
                    array.add(value(reader, wireType, list.element(), depth));
                    return;
                }
                for (ProtobufReader packed = reader.message(); packed.hasMore(); ) {
                    array.add(value(packed, wireType, list.element(), depth));
                }
            }
            case WireValue.MapOf map -> {
                ObjectNode object = out.get(name) instanceof ObjectNode known ? known : out.putObject(name);
                entry(reader.message(), map, object, depth);
            }
            default -> {
                JsonNode value = value(reader, wireType, type, depth);
                if (!value.isNull()) {
                    out.set(name, value);
                }
            }
        }
    }

    private static ArrayNode items(ProtobufReader reader, WireValue.ListOf list, int depth) {
        ArrayNode out = NODES.arrayNode();
        while (reader.hasMore()) {
            int tag = reader.tag();
            out.add(value(reader, tag & 7, list.element(), depth));
        }
        return out;
    }

    private static void entry(ProtobufReader reader, WireValue.MapOf map, ObjectNode out, int depth) {
        String key = "";
        JsonNode value = NullNode.getInstance();
        while (reader.hasMore()) {
            int tag = reader.tag();
            switch (tag >>> 3) {
                case 1 -> key = reader.string();
                case 2 ->
                    value = map.element() instanceof WireValue.ListOf list && list.message()
                            ? items(reader.message(), list, depth)
                            : value(reader, tag & 7, map.element(), depth);
                default -> reader.skip(tag & 7);
            }
        }
        out.set(key, value);
    }

    private static JsonNode value(ProtobufReader reader, int wireType, WireValue type, int depth) {
        return switch (type) {
            case WireValue.Struct struct -> {
                ObjectNode out = NODES.objectNode();
                struct(reader.message(), struct.type(), out, depth + 1);
                yield out;
            }
            case WireValue.Scalar scalar -> scalar(reader, wireType, scalar, depth);
            case WireValue.ListOf list -> throw new DecodeException("proto: list of lists");
            case WireValue.MapOf map -> throw new DecodeException("proto: list of maps");
        };
    }

    private static JsonNode scalar(ProtobufReader reader, int wireType, WireValue.Scalar type, int depth) {
        return switch (type.kind()) {
            case STRING -> TextNode.valueOf(reader.string());
            case BOOL -> BooleanNode.valueOf(reader.varint() != 0);
            case INT32 -> LongNode.valueOf((int) reader.varint());
            case INT64, INT, UINT8, UINT32, UINT64 -> LongNode.valueOf(reader.varint());
            case FLOAT64 -> {
                double value = Double.longBitsToDouble(reader.fixed64());
                if (!Double.isFinite(value)) {
                    throw new DecodeException("json: unsupported value: " + GoText.decimal(value));
                }
                yield DoubleNode.valueOf(value);
            }
            case BYTES -> TextNode.valueOf(Base64.getEncoder().encodeToString(reader.bytes()));
            case QUANTITY -> ScalarMessages.quantity(reader.message());
            case TIME -> ScalarMessages.time(reader.message());
            case MICROTIME -> ScalarMessages.microTime(reader.message());
            case DURATION -> ScalarMessages.duration(reader.message());
            case INTORSTRING -> ScalarMessages.intOrString(reader.message());
            case RAW, FIELDSV1, JSON -> ScalarMessages.json(reader.message());
            case SCHEMAORBOOL, SCHEMAORARRAY, SCHEMAORSTRINGS -> schemaOr(reader.message(), depth, type.kind());
            case ANY -> throw new DecodeException("proto: a value of any type");
        };
    }

    private static JsonNode schemaOr(ProtobufReader reader, int depth, WireValue.Scalar.Kind kind) {
        boolean orBool = kind == WireValue.Scalar.Kind.SCHEMAORBOOL;
        JsonNode allows = orBool ? BooleanNode.FALSE : NullNode.getInstance();
        JsonNode schema = NullNode.getInstance();
        ArrayNode list = NODES.arrayNode();
        while (reader.hasMore()) {
            int tag = reader.tag();
            if ((tag & 7) == ProtobufWriter.VARINT) {
                allows = BooleanNode.valueOf(reader.varint() != 0);
            } else if (tag >>> 3 == (orBool ? 2 : 1)) {
                schema = schema(reader.message(), depth);
            } else if (kind == WireValue.Scalar.Kind.SCHEMAORSTRINGS) {
                list.add(reader.string());
            } else {
                list.add(schema(reader.message(), depth));
            }
        }
        return !schema.isNull() ? schema : !list.isEmpty() ? list : allows;
    }

    private static ObjectNode schema(ProtobufReader reader, int depth) {
        ObjectNode out = NODES.objectNode();
        struct(reader, WireTypes.builtin().type("apiextensions/v1.JSONSchemaProps"), out, depth + 1);
        return out;
    }
}
