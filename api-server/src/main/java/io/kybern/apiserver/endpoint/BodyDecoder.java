package io.kybern.apiserver.endpoint;

import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.error.ApiException;
import io.kybern.apiserver.error.Reason;
import io.kybern.apiserver.http.ApiRequest;
import io.kybern.apiserver.negotiation.MediaRange;
import io.kybern.apiserver.registry.ObjectCodec;
import io.kybern.apiserver.wire.DecodeException;
import io.kybern.apiserver.wire.JsonTree;
import io.kybern.apiserver.wire.WireTypes;
import io.kybern.apiserver.wire.Yaml;
import io.kybern.apiserver.wire.protobuf.ProtobufDecoder;
import io.kybern.crd.resource.GroupVersionKind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/** From the bytes of a request to one object of the kind that the endpoint takes, with the original's error texts. */
public final class BodyDecoder {
    private static final int SUMMARY = 30;
    private static final String JSON = "application/json";
    private static final String YAML = "application/yaml";
    private static final String PROTOBUF = "application/vnd.kubernetes.protobuf";

    private BodyDecoder() {}

    /** An object as it was sent, with what strict decoding complains about. */
    public record Body(ObjectNode object, List<String> strictErrors) {}

    /** Decodes and applies the field validation that was asked for: refuses, warns, or says nothing. */
    public static ObjectNode decode(
            ApiRequest request,
            GroupVersionKind expected,
            ObjectCodec codec,
            boolean custom,
            WriteOptions.FieldValidation validation,
            Warnings warnings) {
        Body body = decode(request.header("Content-Type"), request.body(), expected, codec, custom);
        if (!body.strictErrors().isEmpty()) {
            switch (validation) {
                case STRICT ->
                    throw ApiException.badRequest(
                            expected.kind() + " in version \"" + expected.version() + "\" cannot be handled as a "
                                    + expected.kind() + ": strict decoding error: "
                                    + String.join(", ", body.strictErrors()));
                case WARN -> body.strictErrors().forEach(warnings::add);
                case IGNORE -> {}
            }
        }
        return body.object();
    }

    /** Decodes a body of any media type. */
    public static Body decode(
            String contentType, byte[] body, GroupVersionKind expected, ObjectCodec codec, boolean custom) {
        String type =
                contentType.isBlank() ? JSON : MediaRange.parse(contentType).type();
        byte[] json = switch (type) {
            case JSON -> body;
            case YAML, "application/x-yaml", "text/yaml" -> yaml(body, expected);
            case PROTOBUF -> {
                if (custom) {
                    throw unsupported(true);
                }
                yield body;
            }
            default -> throw unsupported(custom);
        };
        try {
            if (type.equals(PROTOBUF)) {
                ObjectNode decoded = ProtobufDecoder.decode(body, expected);
                check(kindOf(decoded, expected), expected, decoded);
                List<String> none = new ArrayList<>();
                return new Body(named(codec.decode(decoded, none), expected), none);
            }
            return json(json, body, expected, codec);
        } catch (DecodeException e) {
            throw ApiException.badRequest(String.valueOf(e.getMessage()));
        }
    }

    private static Body json(byte[] json, byte[] original, GroupVersionKind expected, ObjectCodec codec) {
        GroupVersionKind actual = interpret(json, original, expected);
        String prefix = actual.kind() + " in version \"" + actual.version() + "\" cannot be handled as a "
                + expected.kind() + ": ";
        if (!actual.equals(expected)) {
            throw ApiException.badRequest(prefix + mismatch(actual, expected));
        }
        List<String> strict = new ArrayList<>();
        try (JsonParser parser = JsonTree.FACTORY.createParser(json)) {
            if (parser.nextToken() == JsonToken.VALUE_NULL) {
                return new Body(named(codec.complete(JsonNodeFactory.instance.objectNode()), expected), strict);
            }
            return new Body(named(codec.decode(parser, strict), expected), strict);
        } catch (DecodeException e) {
            throw ApiException.badRequest(prefix + e.getMessage());
        } catch (IOException e) {
            throw ApiException.badRequest(prefix + GoJsonError.describe(e, json));
        }
    }

    private static ObjectNode named(ObjectNode object, GroupVersionKind kind) {
        object.put("kind", kind.kind()).put("apiVersion", kind.apiVersion());
        return object;
    }

    private static GroupVersionKind kindOf(ObjectNode object, GroupVersionKind expected) {
        String kind = object.path("kind").asText("");
        String version = object.path("apiVersion").asText("");
        return GroupVersionKind.of(
                version.isEmpty() ? expected.apiVersion() : version, kind.isEmpty() ? expected.kind() : kind);
    }

    private static void check(GroupVersionKind actual, GroupVersionKind expected, ObjectNode object) {
        if (!actual.equals(expected)) {
            throw ApiException.badRequest(actual.kind() + " in version \"" + actual.version()
                    + "\" cannot be handled as a " + expected.kind() + ": " + mismatch(actual, expected));
        }
    }

    /** What is wrong with a document that says it is of another kind than expected; one that says nothing is right. */
    static Optional<String> otherKind(ObjectNode object, GroupVersionKind expected) {
        GroupVersionKind actual = kindOf(object, expected);
        return actual.equals(expected) ? Optional.empty() : Optional.of(mismatch(actual, expected));
    }

    private static String mismatch(GroupVersionKind actual, GroupVersionKind expected) {
        if (WireTypes.builtin().ofKind(actual).isEmpty()) {
            return "no kind \"" + actual.kind() + "\" is registered for version \"" + actual.apiVersion()
                    + "\" in scheme \"pkg/runtime/scheme.go:111\"";
        }
        return "converting (" + actual.version() + "." + actual.kind() + ") to (" + internal(expected)
                + "): unknown conversion";
    }

    private static String internal(GroupVersionKind kind) {
        String group = kind.group().isEmpty() ? "core" : kind.group().split("\\.")[0];
        return group + "." + kind.kind();
    }

    /** Walks the whole document once for its kind and version, as the original does before it knows the type. */
    private static GroupVersionKind interpret(byte[] json, byte[] original, GroupVersionKind expected) {
        Optional<String> kind = Optional.empty();
        Optional<String> apiVersion = Optional.empty();
        try (JsonParser parser = JsonTree.FACTORY.createParser(json)) {
            JsonToken first = parser.nextToken();
            if (first == null) {
                throw unrecognized(
                        expected,
                        "couldn't get version/kind; json parse error: unexpected end of JSON input",
                        original);
            }
            if (first != JsonToken.START_OBJECT && first != JsonToken.VALUE_NULL) {
                throw unrecognized(
                        expected,
                        "couldn't get version/kind; json parse error: json: cannot unmarshal "
                                + GoJsonError.describe(first)
                                + " into Go value of type struct { APIVersion string \"json:\\\"apiVersion,omitempty\\\"\"; Kind string \"json:\\\"kind,omitempty\\\"\" }",
                        original);
            }
            while (first == JsonToken.START_OBJECT && parser.nextToken() != JsonToken.END_OBJECT) {
                String name = parser.currentName();
                JsonToken token = parser.nextToken();
                boolean wanted = name.equals("kind") || name.equals("apiVersion");
                if (wanted && token != JsonToken.VALUE_STRING && token != JsonToken.VALUE_NULL) {
                    throw unrecognized(
                            expected,
                            "couldn't get version/kind; json parse error: json: cannot unmarshal "
                                    + GoJsonError.describe(token) + " into Go struct field ." + name
                                    + " of type string",
                            original);
                }
                if (wanted && token == JsonToken.VALUE_STRING) {
                    if (name.equals("kind")) {
                        kind = Optional.of(parser.getText());
                    } else {
                        apiVersion = Optional.of(parser.getText());
                    }
                }
                parser.skipChildren();
            }
            if (parser.nextToken() != null) {
                throw new JsonParseException(parser, "trailing data");
            }
        } catch (IOException e) {
            throw unrecognized(
                    expected,
                    "couldn't get version/kind; json parse error: " + GoJsonError.describe(e, json),
                    original);
        }
        String version = apiVersion.filter(v -> !v.isEmpty()).orElse(expected.apiVersion());
        if (version.indexOf('/') != version.lastIndexOf('/')) {
            throw unrecognized(expected, "unexpected GroupVersion string: " + version, original);
        }
        return GroupVersionKind.of(version, kind.filter(k -> !k.isEmpty()).orElse(expected.kind()));
    }

    private static ApiException unrecognized(GroupVersionKind expected, String why, byte[] body) {
        return ApiException.badRequest("the object provided is unrecognized (must be of type " + expected.kind() + "): "
                + why + " (" + summary(body) + ")");
    }

    private static String summary(byte[] body) {
        if (body.length == 0) {
            return "<empty>";
        }
        if (body[0] == '{') {
            return body.length > SUMMARY
                    ? new String(body, 0, SUMMARY, StandardCharsets.UTF_8) + " ..."
                    : new String(body, StandardCharsets.UTF_8);
        }
        return body.length > SUMMARY
                ? HexFormat.of().formatHex(body, 0, SUMMARY) + " ..."
                : HexFormat.of().formatHex(body);
    }

    private static byte[] yaml(byte[] body, GroupVersionKind expected) {
        try {
            return Yaml.toJson(body);
        } catch (DecodeException e) {
            throw unrecognized(expected, "couldn't get version/kind; json parse error: " + e.getMessage(), body);
        }
    }

    static ApiException unsupported(boolean custom) {
        return ApiException.withDetails(
                Reason.UNSUPPORTED_MEDIA_TYPE,
                "the body of the request was in an unknown format - accepted media types include: application/json, application/yaml"
                        + (custom ? "" : ", application/vnd.kubernetes.protobuf"),
                JsonNodeFactory.instance.objectNode());
    }
}
