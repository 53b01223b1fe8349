package io.kybern.apiserver.endpoint;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.kybern.apiserver.endpoint.BodyDecoder.Refused;
import io.kybern.apiserver.wire.JsonSyntax;
import io.kybern.apiserver.wire.JsonTree;
import io.kybern.crd.resource.GroupVersionKind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Walks a JSON document for its kind and version alone, as the original does before it knows the type. */
final class KindReader {
    private static final String PARSE_ERROR = "couldn't get version/kind; json parse error: ";
    private static final String TARGET =
            " into Go value of type struct { APIVersion string \"json:\\\"apiVersion,omitempty\\\"\"; Kind string \"json:\\\"kind,omitempty\\\"\" }";

    private KindReader() {}

    /** What the document says that it is, with what is missing from {@code expected}. */
    static GroupVersionKind read(byte[] json, GroupVersionKind expected) throws Refused {
        Optional<String> malformed = JsonSyntax.error(json);
        if (malformed.isPresent()) {
            throw new Refused(null, PARSE_ERROR + malformed.get());
        }
        String kind = expected.kind();
        String version = expected.apiVersion();
        try (JsonParser parser = JsonTree.FACTORY.createParser(readable(json))) {
            JsonToken first = parser.nextToken();
            if (first != JsonToken.START_OBJECT && first != JsonToken.VALUE_NULL) {
                throw new Refused(null, PARSE_ERROR + "json: cannot unmarshal " + describe(first) + TARGET);
            }
            while (first == JsonToken.START_OBJECT && parser.nextToken() != JsonToken.END_OBJECT) {
                String name = parser.currentName();
                parser.nextToken();
                if (name.equals("kind")) {
                    kind = text(parser, name).orElse(expected.kind());
                } else if (name.equals("apiVersion")) {
                    version = text(parser, name).orElse(expected.apiVersion());
                }
                parser.skipChildren();
            }
        } catch (IOException e) {
            throw new Refused(null, PARSE_ERROR + e.getMessage());
        }
        if (version.indexOf('/') != version.lastIndexOf('/')) {
            throw new Refused(null, "unexpected GroupVersion string: " + version);
        }
        return GroupVersionKind.of(version, kind);
    }

    private static Optional<String> text(JsonParser parser, String name) throws IOException, Refused {
        JsonToken token = parser.currentToken();
        if (token == JsonToken.VALUE_NULL) {
            return Optional.empty();
        }
        if (token != JsonToken.VALUE_STRING) {
            throw new Refused(
                    null,
                    PARSE_ERROR + "json: cannot unmarshal " + describe(token) + " into Go struct field ." + name
                            + " of type string");
        }
        return Optional.of(parser.getText()).filter(t -> !t.isEmpty());
    }

    /** Bytes that are no UTF-8 stand for themselves to nobody: each is shown as the replacement character, as in Go. */
    static byte[] readable(byte[] json) {
        return new String(json, StandardCharsets.UTF_8).getBytes(StandardCharsets.UTF_8);
    }

    static String describe(JsonToken token) {
        return switch (token) {
            case START_OBJECT -> "object";
            case START_ARRAY -> "array";
            case VALUE_STRING -> "string";
            case VALUE_TRUE, VALUE_FALSE -> "bool";
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> "number";
            default -> "null";
        };
    }
}
