package io.kybern.apiserver.wire;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.kybern.crd.resource.GroupVersionKind;
import io.kybern.fuzz.Documents;
import io.kybern.fuzz.Source;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** Objects of the built-in kinds with anything in them that their types allow. */
public final class RandomObjects {
    private static final JsonNodeFactory NODES = JsonNodeFactory.withExactBigDecimals(true);
    private static final int DEPTH = 7;
    private static final List<String> TEXTS = List.of(
            "a",
            "",
            "b",
            "TCP",
            "a.example.com/b",
            "10.0.0.1",
            "10.0.0.0/24",
            "::1",
            "65536",
            "80",
            "-1",
            "Always",
            "In",
            "Exists",
            "*",
            "/",
            "../x",
            "true",
            "25%",
            "101%",
            "v1",
            "*/5 * * * *",
            "Pod",
            "A_B",
            "x-",
            "é",
            "\n",
            "\u0000",
            "a:b@c",
            "Equal",
            "NoSchedule",
            "cpu",
            "requests.storage",
            "hugepages-2Mi",
            "None",
            "self.x > 1",
            "{.a[0]}",
            "docker.io/x@sha256:0",
            "CERTIFICATE",
            "kubernetes.io/x",
            "y".repeat(300));
    private static final List<String> QUANTITIES =
            List.of("1", "0", "-1", "500m", "1Gi", "1e3", "1.5", "9223372036854775807", "1n", "12E");
    private static final List<GroupVersionKind> KINDS = kinds();

    private RandomObjects() {}

    /** The built-in kinds that have a wire type. */
    public static List<GroupVersionKind> builtinKinds() {
        return KINDS;
    }

    private static List<GroupVersionKind> kinds() {
        try (InputStream in = RandomObjects.class.getResourceAsStream("/io/kybern/apiserver/registry/wiretypes.json")) {
            List<GroupVersionKind> all = new ArrayList<>();
            new ObjectMapper().readTree(in).path("kinds").fieldNames().forEachRemaining(name -> {
                int slash = name.lastIndexOf('/');
                all.add(GroupVersionKind.of(name.substring(0, slash), name.substring(slash + 1)));
            });
            return List.copyOf(all);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** An object in the form that decoding and completing it leaves as it is. */
    public static ObjectNode canonical(Source source, GroupVersionKind kind) {
        WireType type = WireTypes.builtin().ofKind(kind).orElseThrow();
        ObjectNode sent = object(source, type, DEPTH);
        ObjectNode object = WireForm.complete(WireDecoder.decode(sent, type, new ArrayList<>()), type);
        return object.put("kind", kind.kind()).put("apiVersion", kind.apiVersion());
    }

    private static ObjectNode object(Source source, WireType type, int depth) {
        ObjectNode out = NODES.objectNode();
        // Few members of large structs, so that the inner ones are reached.
        int oneIn = Math.max(2, type.members().size() / 4);
        for (WireType.Field field : type.members()) {
            if (source.onceIn(oneIn) || depth == DEPTH) {
                out.set(field.name(), value(source, field.value(), depth - 1));
            }
        }
        return out;
    }

    private static JsonNode value(Source source, WireValue type, int depth) {
        return switch (type) {
            case WireValue.Struct struct -> depth > 0 ? object(source, struct.type(), depth) : NODES.objectNode();
            case WireValue.ListOf list -> {
                ArrayNode out = NODES.arrayNode();
                int size = depth > 0 ? source.below(3) : 0;
                for (int i = 0; i < size; i++) {
                    out.add(value(source, list.element(), depth - 1));
                }
                yield out;
            }
            case WireValue.MapOf map -> {
                ObjectNode out = NODES.objectNode();
                int size = depth > 0 ? source.below(3) : 0;
                for (int i = 0; i < size; i++) {
                    out.set(source.of(TEXTS), value(source, map.element(), depth - 1));
                }
                yield out;
            }
            case WireValue.Scalar scalar -> scalar(source, scalar.kind(), depth);
        };
    }

    private static JsonNode scalar(Source source, WireValue.Scalar.Kind kind, int depth) {
        return switch (kind) {
            case STRING -> TextNode.valueOf(source.of(TEXTS));
            case BOOL -> BooleanNode.valueOf(source.onceIn(2));
            case INT32 -> LongNode.valueOf((int) source.number());
            case INT64, INT -> LongNode.valueOf(source.number());
            case UINT8 -> LongNode.valueOf(source.below(256));
            case UINT32 -> LongNode.valueOf(source.number() & 0xffffffffL);
            case UINT64 -> LongNode.valueOf(source.number() & Long.MAX_VALUE);
            case FLOAT64 -> DecimalNode.valueOf(new BigDecimal(source.of("0.5", "-1.25", "100.5")));
            case BYTES ->
                TextNode.valueOf(
                        Base64.getEncoder().encodeToString(source.of(TEXTS).getBytes(StandardCharsets.UTF_8)));
            case QUANTITY -> TextNode.valueOf(source.of(QUANTITIES));
            case TIME -> TextNode.valueOf(time(source).toString());
            case MICROTIME ->
                TextNode.valueOf(time(source).toString().replace("Z", "") + "."
                        + source.of("000000", "000001", "123456", "999999") + "Z");
            case DURATION -> TextNode.valueOf(source.of("0s", "1m30s", "-5ms", "2h0m0.5s", "1ns"));
            case INTORSTRING ->
                source.onceIn(2) ? TextNode.valueOf(source.of(TEXTS)) : LongNode.valueOf((int) source.number());
            case RAW, FIELDSV1 -> NODES.objectNode().put(source.of(TEXTS), source.of(TEXTS));
            case JSON, ANY -> Documents.value(source, List.of("a", "b"), 2);
            case SCHEMAORBOOL -> source.onceIn(2) ? schema(source, depth) : BooleanNode.valueOf(source.onceIn(2));
            case SCHEMAORARRAY ->
                source.onceIn(2) ? schema(source, depth) : NODES.arrayNode().add(schema(source, depth));
            case SCHEMAORSTRINGS ->
                source.onceIn(2) ? schema(source, depth) : NODES.arrayNode().add(source.of(TEXTS));
        };
    }

    private static JsonNode schema(Source source, int depth) {
        return depth > 0
                ? object(source, WireTypes.builtin().type("apiextensions/v1.JSONSchemaProps"), depth - 1)
                : NODES.objectNode();
    }

    private static Instant time(Source source) {
        return Instant.ofEpochSecond(
                source.of(0L, 1L, 1_700_000_000L, -1L, 253402300797L, -62135596799L) + source.below(3));
    }
}
