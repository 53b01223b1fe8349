package io.kybern.apiserver.wire;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.field.FieldPath;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads an object whose type is not known here, noting repeated members. Nulls stay: a schema may allow them. */
public final class UnstructuredDecoder {
    private static final JsonNodeFactory NODES = JsonNodeFactory.withExactBigDecimals(true);

    private UnstructuredDecoder() {}

    public static ObjectNode decode(JsonParser parser, List<String> strictErrors) throws IOException {
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            throw new DecodeException("json: cannot unmarshal " + WireScalars.describe(parser.currentToken())
                    + " into Go value of type map[string]interface {}");
        }
        return object(parser, null, strictErrors);
    }

    private static ObjectNode object(JsonParser parser, @Nullable FieldPath path, List<String> strictErrors)
            throws IOException {
        ObjectNode out = NODES.objectNode();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            FieldPath child = path == null ? FieldPath.of(name) : path.child(name);
            if (out.has(name)) {
                strictErrors.add("duplicate field " + FieldErrors.quote(child.toString()));
            }
            parser.nextToken();
            out.set(name, value(parser, child, strictErrors));
        }
        return out;
    }

    private static JsonNode value(JsonParser parser, FieldPath path, List<String> strictErrors) throws IOException {
        return switch (parser.currentToken()) {
            case START_OBJECT -> object(parser, path, strictErrors);
            case START_ARRAY -> {
                ArrayNode out = NODES.arrayNode();
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    out.add(value(parser, path.index(out.size()), strictErrors));
                }
                yield out;
            }
            default -> WireScalars.any(parser);
        };
    }
}
