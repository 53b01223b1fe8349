package io.kybern.apiserver.wire.protobuf;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.wire.JsonWriter;
import io.kybern.apiserver.wire.WireType;
import io.kybern.apiserver.wire.WireTypes;
import io.kybern.apiserver.wire.WireValue;
import io.kybern.crd.resource.GroupVersionKind;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.TreeMap;

/**
 * JSON trees of built-in kinds as Kubernetes protobuf: the magic number and a {@code runtime.Unknown} around the message
 * of the kind, driven by the wire types' field numbers. As Go does, fields that are not pointers are written even when they
 * are zero.
 */
public final class ProtobufEncoder {
    private static final byte[] MAGIC = {'k', '8', 's', 0};
    private static final int LIST_ITEMS = 2;

    private ProtobufEncoder() {}

    /** An object or list with {@code kind} and {@code apiVersion}. */
    public static byte[] encode(ObjectNode tree) {
        ProtobufWriter out = new ProtobufWriter();
        out.raw(MAGIC);
        String kind = tree.path("kind").asText("");
        String apiVersion = tree.path("apiVersion").asText("");
        out.message(1, typeMeta(apiVersion, kind));
        out.message(2, message(tree, kind, apiVersion));
        out.raw(listTail());
        return out.toByteArray();
    }

    /** The message of an object, as it stands in a list. */
    public static byte[] item(ObjectNode tree, GroupVersionKind kind) {
        return struct(tree, type(kind)).toByteArray();
    }

    /**
     * What goes before the items of a list.
     *
     * @param items the bytes of all of them, each with its {@link #itemHead}
     */
    public static byte[] listHead(GroupVersionKind list, ObjectNode metadata, int items) {
        ProtobufWriter meta = new ProtobufWriter();
        meta.message(1, struct(metadata, WireTypes.builtin().type("meta/v1.ListMeta")));
        ProtobufWriter out = new ProtobufWriter();
        out.raw(MAGIC);
        out.message(1, typeMeta(list.apiVersion(), list.kind()));
        out.raw(ProtobufWriter.lengthPrefix(2, meta.length() + items));
        out.raw(meta.toByteArray());
        return out.toByteArray();
    }

    /** What goes before an item of a list. */
    public static byte[] itemHead(byte[] item) {
        return ProtobufWriter.lengthPrefix(LIST_ITEMS, item.length);
    }

    /** What goes behind the items of a list. */
    public static byte[] listTail() {
        ProtobufWriter out = new ProtobufWriter();
        out.string(3, "");
        out.string(4, "");
        return out.toByteArray();
    }

    private static ProtobufWriter typeMeta(String apiVersion, String kind) {
        ProtobufWriter type = new ProtobufWriter();
        type.string(1, apiVersion);
        type.string(2, kind);
        return type;
    }

    /** One frame of a watch: a length and a {@code WatchEvent} with the object in it. */
    public static byte[] watchFrame(String eventType, ObjectNode object) {
        ProtobufWriter event = new ProtobufWriter();
        event.string(1, eventType);
        ProtobufWriter raw = new ProtobufWriter();
        raw.bytes(1, encode(object));
        event.message(2, raw);
        byte[] body = event.toByteArray();
        return ByteBuffer.allocate(4 + body.length)
                .putInt(body.length)
                .put(body)
                .array();
    }

    private static ProtobufWriter message(ObjectNode tree, String kind, String apiVersion) {
        WireTypes types = WireTypes.builtin();
        GroupVersionKind gvk = GroupVersionKind.of(apiVersion, kind);
        if (tree.has("items") && kind.endsWith("List") && types.ofKind(gvk).isEmpty()) {
            String item = kind.equals("PartialObjectMetadataList")
                    ? "PartialObjectMetadata"
                    : kind.substring(0, kind.length() - "List".length());
            ProtobufWriter out = new ProtobufWriter();
            out.message(1, struct(tree.path("metadata"), types.type("meta/v1.ListMeta")));
            WireType itemType = type(new GroupVersionKind(gvk.group(), gvk.version(), item));
            tree.path("items").forEach(i -> out.message(LIST_ITEMS, struct(i, itemType)));
            return out;
        }
        return struct(tree, type(gvk));
    }

    private static WireType type(GroupVersionKind kind) {
        WireTypes types = WireTypes.builtin();
        if (kind.group().equals("meta.k8s.io")) {
            return types.type("meta/v1." + kind.kind());
        }
        return types.ofKind(kind)
                .or(() -> types.ofKind(new GroupVersionKind("meta.k8s.io", "v1", kind.kind())))
                .orElseThrow(() -> new IllegalStateException("no protobuf form of " + kind));
    }

    private static ProtobufWriter struct(JsonNode tree, WireType type) {
        ProtobufWriter out = new ProtobufWriter();
        for (WireType.Field field : type.declared()) {
            if (field.number() == 0) {
                continue;
            }
            if (field.inline() && field.value() instanceof WireValue.Struct struct) {
                ProtobufWriter inner = struct(tree, struct.type());
                out.message(field.number(), inner);
                continue;
            }
            JsonNode value = tree.path(field.name());
            value(out, field.number(), value.isMissingNode() ? NullNode.getInstance() : value, field.value());
        }
        return out;
    }

    private static void value(ProtobufWriter out, int number, JsonNode value, WireValue type) {
        boolean absent = value.isNull();
        switch (type) {
            case WireValue.Struct struct -> {
                if (!absent || !struct.pointer()) {
                    out.message(number, struct(value, struct.type()));
                }
            }
            case WireValue.ListOf list
            when list.message() -> {
                ProtobufWriter items = new ProtobufWriter();
                value.forEach(item -> value(items, 1, item, list.element()));
                out.message(number, items);
            }
            case WireValue.ListOf list -> value.forEach(item -> value(out, number, item, list.element()));
            case WireValue.MapOf map -> entries(out, number, value, map);
            case WireValue.Scalar scalar -> scalar(out, number, value, scalar);
        }
    }

    private static void entries(ProtobufWriter out, int number, JsonNode value, WireValue.MapOf map) {
        Map<String, JsonNode> sorted = new TreeMap<>();
        value.properties().forEach(e -> sorted.put(e.getKey(), e.getValue()));
        sorted.forEach((key, item) -> {
            ProtobufWriter entry = new ProtobufWriter();
            entry.string(1, key);
            value(entry, 2, item, map.element());
            out.message(number, entry);
        });
    }

    private static void scalar(ProtobufWriter out, int number, JsonNode value, WireValue.Scalar type) {
        boolean absent = value.isNull();
        if (absent && type.pointer()) {
            return;
        }
        switch (type.kind()) {
            case STRING -> out.string(number, absent ? "" : value.asText());
            case BOOL -> {
                out.tag(number, ProtobufWriter.VARINT);
                out.varint(value.asBoolean(false) ? 1 : 0);
            }
            case INT32, INT64, INT, UINT8, UINT32, UINT64 -> {
                out.tag(number, ProtobufWriter.VARINT);
                out.varint(value.asLong(0));
            }
            case FLOAT64 -> {
                out.tag(number, ProtobufWriter.FIXED64);
                out.fixed64(Double.doubleToLongBits(value.asDouble(0)));
            }
            case BYTES -> {
                if (!absent) {
                    out.bytes(number, Base64.getMimeDecoder().decode(value.asText()));
                }
            }
            case QUANTITY -> {
                ProtobufWriter quantity = new ProtobufWriter();
                quantity.string(1, absent ? "0" : value.asText());
                out.message(number, quantity);
            }
            case TIME, MICROTIME -> out.message(number, time(value));
            case DURATION -> {
                ProtobufWriter duration = new ProtobufWriter();
                duration.tag(1, ProtobufWriter.VARINT);
                duration.varint(absent ? 0 : GoDuration.nanos(value.asText()));
                out.message(number, duration);
            }
            case INTORSTRING -> out.message(number, intOrString(value));
            case JSON -> {
                ProtobufWriter raw = new ProtobufWriter();
                raw.bytes(1, JsonWriter.bytes(value));
                out.message(number, raw);
            }
            case RAW, FIELDSV1 -> {
                if (!absent) {
                    ProtobufWriter raw = new ProtobufWriter();
                    raw.bytes(1, JsonWriter.bytes(value));
                    out.message(number, raw);
                }
            }
            case SCHEMAORBOOL -> out.message(number, schemaOrBool(value));
            case SCHEMAORARRAY -> out.message(number, schemaOrArray(value));
            case SCHEMAORSTRINGS -> out.message(number, schemaOrStrings(value));
            case ANY -> throw new IllegalStateException("a value of any type has no protobuf form");
        }
    }

    private static ProtobufWriter time(JsonNode value) {
        ProtobufWriter time = new ProtobufWriter();
        if (value.isTextual()) {
            Instant instant = Instant.parse(value.asText());
            time.tag(1, ProtobufWriter.VARINT);
            time.varint(instant.getEpochSecond());
            time.tag(2, ProtobufWriter.VARINT);
            time.varint(instant.getNano());
        }
        return time;
    }

    private static ProtobufWriter intOrString(JsonNode value) {
        ProtobufWriter out = new ProtobufWriter();
        out.tag(1, ProtobufWriter.VARINT);
        out.varint(value.isTextual() ? 1 : 0);
        out.tag(2, ProtobufWriter.VARINT);
        out.varint(value.isNumber() ? value.asLong() : 0);
        out.string(3, value.isTextual() ? value.asText() : "");
        return out;
    }

    private static ProtobufWriter schemaOrBool(JsonNode value) {
        ProtobufWriter out = new ProtobufWriter();
        out.tag(1, ProtobufWriter.VARINT);
        out.varint(value.isObject() || value.asBoolean(false) ? 1 : 0);
        if (value.isObject()) {
            out.message(2, struct(value, schemaProps()));
        }
        return out;
    }

    private static ProtobufWriter schemaOrArray(JsonNode value) {
        ProtobufWriter out = new ProtobufWriter();
        if (value.isObject()) {
            out.message(1, struct(value, schemaProps()));
        }
        if (value.isArray()) {
            value.forEach(v -> out.message(2, struct(v, schemaProps())));
        }
        return out;
    }

    private static ProtobufWriter schemaOrStrings(JsonNode value) {
        ProtobufWriter out = new ProtobufWriter();
        if (value.isObject()) {
            out.message(1, struct(value, schemaProps()));
        }
        if (value.isArray()) {
            value.forEach(v -> out.string(2, v.asText()));
        }
        return out;
    }

    private static WireType schemaProps() {
        return WireTypes.builtin().type("apiextensions/v1.JSONSchemaProps");
    }
}
