package io.kybern.apiserver.endpoint;

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
import io.kybern.apiserver.wire.JsonWriter;
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
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * From the bytes of a request to one object of the kind that the endpoint takes, with the original's error texts. A good
 * JSON body is parsed once; only one that fails is looked at again, for the words.
 */
public final class BodyDecoder {
    private static final int SUMMARY = 30;
    private static final String JSON = "application/json";
    private static final String YAML = "application/yaml";
    private static final String PROTOBUF = "application/vnd.kubernetes.protobuf";
    /** Kinds that every group registers for its requests: which group's it is makes no difference. */
    private static final Set<String> OPTIONS = Set.of(
            "CreateOptions",
            "DeleteOptions",
            "GetOptions",
            "ListOptions",
            "PatchOptions",
            "UpdateOptions",
            "WatchEvent");

    private BodyDecoder() {}

    /** An object as it was sent, with what strict decoding complains about. */
    public record Body(ObjectNode object, List<String> strictErrors) {}

    /** A body that is no object of the kind; what the original says of it depends on how far it got. */
    static final class Refused extends Exception {
        private final @Nullable GroupVersionKind kind;

        /** @param kind what the body says that it is, if that could be read */
        Refused(@Nullable GroupVersionKind kind, String message) {
            super(message, null, false, false);
            this.kind = kind;
        }

        String text() {
            return String.valueOf(getMessage());
        }
    }

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
                case WARN -> warnings.addStrict(body.strictErrors());
                case IGNORE -> {}
            }
        }
        return body.object();
    }

    /** Decodes a body of any media type. */
    public static Body decode(
            String contentType, byte[] body, GroupVersionKind expected, ObjectCodec codec, boolean custom) {
        try {
            return read(contentType, body, expected, codec, custom);
        } catch (Refused e) {
            GroupVersionKind kind = e.kind;
            throw ApiException.badRequest(
                    kind == null
                            ? "the object provided is unrecognized (must be of type " + expected.kind() + "): "
                                    + e.text() + " (" + summary(body) + ")"
                            : kind.kind() + " in version \"" + kind.version() + "\" cannot be handled as a "
                                    + expected.kind() + ": " + e.text());
        }
    }

    /** Decodes a body for a caller who has words of its own for a failure. */
    static Body read(String contentType, byte[] body, GroupVersionKind expected, ObjectCodec codec, boolean custom)
            throws Refused {
        return switch (contentType.isBlank() ? JSON : type(contentType)) {
            case JSON -> json(body, expected, codec, custom);
            case YAML -> yaml(body, expected, codec, custom);
            case PROTOBUF -> {
                if (custom) {
                    throw unsupported(true);
                }
                yield protobuf(body, expected, codec);
            }
            default -> throw unsupported(custom);
        };
    }

    /** The media type, empty if the header is malformed: a parameter must have a value. */
    private static String type(String contentType) {
        String[] parts = contentType.split(";");
        for (int i = 1; i < parts.length; i++) {
            if (!parts[i].isBlank() && parts[i].indexOf('=') < 0) {
                return "";
            }
        }
        return MediaRange.parse(contentType).type();
    }

    // ---- JSON

    private static Body json(byte[] json, GroupVersionKind expected, ObjectCodec codec, boolean custom) throws Refused {
        List<String> strict = new ArrayList<>();
        try (JsonParser parser = JsonTree.parser(json)) {
            if (parser.nextToken() == JsonToken.START_OBJECT) {
                ObjectNode object = codec.decode(parser, strict);
                boolean named = !custom || object.has("kind");
                if (parser.nextToken() == null && named && accepts(kindOf(object, expected), expected)) {
                    return new Body(named(object, expected), strict);
                }
            }
        } catch (IOException | DecodeException e) {
            return jsonAgain(json, expected, codec, custom);
        }
        return jsonAgain(json, expected, codec, custom);
    }

    /** The two steps of the original, one after the other: first what the document says that it is, then its fields. */
    private static Body jsonAgain(byte[] json, GroupVersionKind expected, ObjectCodec codec, boolean custom)
            throws Refused {
        GroupVersionKind actual = custom ? customKind(json, expected) : KindReader.read(json, expected);
        if (!custom && !accepts(actual, expected)) {
            throw new Refused(actual, mismatch(actual, expected));
        }
        List<String> strict = new ArrayList<>();
        try (JsonParser parser = JsonTree.FACTORY.createParser(KindReader.readable(json))) {
            if (parser.nextToken() == JsonToken.VALUE_NULL) {
                return new Body(named(codec.complete(JsonNodeFactory.instance.objectNode()), actual), strict);
            }
            return new Body(named(codec.decode(parser, strict), actual), strict);
        } catch (DecodeException | IOException e) {
            throw new Refused(actual, String.valueOf(e.getMessage()));
        }
    }

    /** Custom resources must say their kind; another one than expected is for validation to complain about. */
    private static GroupVersionKind customKind(byte[] json, GroupVersionKind expected) throws Refused {
        GroupVersionKind actual = KindReader.read(json, new GroupVersionKind(expected.group(), expected.version(), ""));
        if (actual.kind().isEmpty()) {
            String text = new String(json, StandardCharsets.UTF_8);
            throw new Refused(null, "Object 'Kind' is missing in '" + text + "'");
        }
        if (!actual.apiVersion().equals(expected.apiVersion())) {
            throw ApiException.badRequest("the API version in the data (" + actual.apiVersion()
                    + ") does not match the expected API version (" + expected.apiVersion() + ")");
        }
        return actual;
    }

    private static Body yaml(byte[] body, GroupVersionKind expected, ObjectCodec codec, boolean custom) throws Refused {
        Yaml.Document document;
        try {
            document = Yaml.parse(body);
        } catch (DecodeException e) {
            throw new Refused(null, String.valueOf(e.getMessage()));
        }
        Body decoded = json(JsonWriter.bytes(document.tree()), expected, codec, custom);
        if (!document.duplicates().isEmpty()) {
            decoded.strictErrors().addFirst(document.strictError());
        }
        return decoded;
    }

    private static Body protobuf(byte[] body, GroupVersionKind expected, ObjectCodec codec) throws Refused {
        ProtobufDecoder.Envelope envelope;
        try {
            envelope = ProtobufDecoder.open(body);
        } catch (DecodeException e) {
            throw new Refused(null, String.valueOf(e.getMessage()));
        }
        GroupVersionKind actual = envelope.kind(expected);
        try {
            ObjectNode decoded = ProtobufDecoder.decode(envelope, expected);
            if (!accepts(actual, expected)) {
                throw new Refused(actual, mismatch(actual, expected));
            }
            List<String> none = new ArrayList<>();
            return new Body(named(codec.decode(decoded, none), expected), none);
        } catch (DecodeException e) {
            throw new Refused(actual, String.valueOf(e.getMessage()));
        }
    }

    private static ObjectNode named(ObjectNode object, GroupVersionKind kind) {
        return object.put("kind", kind.kind()).put("apiVersion", kind.apiVersion());
    }

    // ---- kinds

    private static GroupVersionKind kindOf(ObjectNode object, GroupVersionKind expected) {
        String kind = object.path("kind").asText("");
        String version = object.path("apiVersion").asText("");
        return GroupVersionKind.of(
                version.isEmpty() ? expected.apiVersion() : version, kind.isEmpty() ? expected.kind() : kind);
    }

    /** What is wrong with a document that says it is of another kind than expected; one that says nothing is right. */
    static Optional<String> otherKind(ObjectNode object, GroupVersionKind expected) {
        GroupVersionKind actual = kindOf(object, expected);
        return accepts(actual, expected) ? Optional.empty() : Optional.of(mismatch(actual, expected));
    }

    private static boolean accepts(GroupVersionKind actual, GroupVersionKind expected) {
        boolean wellFormed = actual.group().indexOf('/') < 0;
        return actual.equals(expected)
                || OPTIONS.contains(expected.kind()) && actual.kind().equals(expected.kind()) && wellFormed;
    }

    private static String mismatch(GroupVersionKind actual, GroupVersionKind expected) {
        boolean options = OPTIONS.contains(expected.kind()); // decoded by a scheme that has nothing else
        if (options || !registered(actual, expected)) {
            return "no kind \"" + actual.kind() + "\" is registered for version \"" + actual.apiVersion()
                    + "\" in scheme \"pkg/runtime/scheme.go:111\"";
        }
        return "converting (" + actual.version() + "." + actual.kind() + ") to (" + internal(expected)
                + "): unknown conversion";
    }

    private static boolean registered(GroupVersionKind kind, GroupVersionKind expected) {
        String kinds = kind.kind();
        GroupVersionKind item = kinds.endsWith("List")
                ? GroupVersionKind.of(kind.apiVersion(), kinds.substring(0, kinds.length() - "List".length()))
                : kind;
        return WireTypes.builtin().ofKind(kind).isPresent()
                || WireTypes.builtin().ofKind(item).isPresent()
                || kind.apiVersion().equals(expected.apiVersion()) && OPTIONS.contains(kind.kind())
                || kind.apiVersion().equals("v1") && kind.kind().equals("List");
    }

    private static String internal(GroupVersionKind kind) {
        String group = kind.group().isEmpty() ? "core" : kind.group().split("\\.")[0];
        return group + "." + kind.kind();
    }

    private static String summary(byte[] body) {
        if (body.length == 0) {
            return "<empty>";
        }
        String more = body.length > SUMMARY ? " ..." : "";
        int shown = Math.min(body.length, SUMMARY);
        return body[0] == '{'
                ? new String(body, 0, shown, StandardCharsets.UTF_8) + more
                : HexFormat.of().formatHex(body, 0, shown) + more;
    }

    static ApiException unsupported(boolean custom) {
        return ApiException.of(
                Reason.UNSUPPORTED_MEDIA_TYPE,
                "the body of the request was in an unknown format - accepted media types include: application/json, application/yaml"
                        + (custom ? "" : ", application/vnd.kubernetes.protobuf"));
    }
}
