package io.kybern.apiserver.wire;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/** JSON bytes to trees. The factory is shared: its tables of names make parsing of the next object cheaper. */
public final class JsonTree {
    public static final JsonFactory FACTORY = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(JsonSyntax.MAX_DEPTH)
                    .maxStringLength(64 << 20)
                    .build())
            .build();

    private static final JsonNodeFactory NODES = JsonNodeFactory.withExactBigDecimals(true);

    private JsonTree() {}

    /**
     * A parser of UTF-8 text.
     *
     * @throws IOException if it begins like one of the encodings that Go does not know
     */
    public static JsonParser parser(byte[] json) throws IOException {
        boolean other = json.length > 1 && ((json[0] & 0xff) >= 0xef || json[0] == 0 || json[1] == 0);
        if (other) {
            throw new IOException("no UTF-8");
        }
        return FACTORY.createParser(json);
    }

    /**
     * Parses one JSON value; nothing but white space may follow.
     *
     * @throws IOException if it is malformed, or has a number that is too large for a float64
     */
    public static JsonNode parse(byte[] json) throws IOException {
        try (JsonParser parser = parser(json)) {
            if (parser.nextToken() == null) {
                throw new IOException("no JSON value");
            }
            JsonNode out = WireScalars.any(parser);
            if (parser.nextToken() != null) {
                throw new IOException("data after the JSON value");
            }
            return out;
        } catch (DecodeException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    /** Parses what this server has written; members that are null are left out, as everywhere inside the pipeline. */
    public static ObjectNode parseStored(byte[] json) {
        try (JsonParser parser = FACTORY.createParser(json)) {
            parser.nextToken();
            return object(parser);
        } catch (IOException e) {
            throw new UncheckedIOException("stored object is no JSON", e);
        }
    }

    /**
     * The same without some members, over which it goes at a fraction of the cost.
     *
     * @param without the path to them by names; it leads into every item of an array
     */
    public static ObjectNode parseStored(byte[] json, List<String> without) {
        try (JsonParser parser = FACTORY.createParser(json)) {
            parser.nextToken();
            return objectWithout(parser, without);
        } catch (IOException e) {
            throw new UncheckedIOException("stored object is no JSON", e);
        }
    }

    /**
     * One member of what this server has written, missing if there is none; read no further than that, which for {@code metadata} is
     * not far.
     */
    public static JsonNode parseStoredMember(byte[] json, String name) {
        try (JsonParser parser = FACTORY.createParser(json)) {
            parser.nextToken();
            while (parser.nextToken() != JsonToken.END_OBJECT) {
                boolean found = parser.currentName().equals(name);
                JsonToken token = parser.nextToken();
                if (found) {
                    return token == JsonToken.VALUE_NULL ? NODES.missingNode() : value(parser);
                }
                parser.skipChildren();
            }
            return NODES.missingNode();
        } catch (IOException e) {
            throw new UncheckedIOException("stored object is no JSON", e);
        }
    }

    private static ObjectNode objectWithout(JsonParser parser, List<String> path) throws IOException {
        ObjectNode out = NODES.objectNode();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            JsonToken token = parser.nextToken();
            if (token == JsonToken.VALUE_NULL) {
                continue;
            }
            boolean onPath = name.equals(path.getFirst());
            if (onPath && path.size() == 1) {
                parser.skipChildren();
            } else {
                out.set(name, onPath ? valueWithout(parser, path.subList(1, path.size())) : value(parser));
            }
        }
        return out;
    }

    private static JsonNode valueWithout(JsonParser parser, List<String> path) throws IOException {
        return switch (parser.currentToken()) {
            case START_OBJECT -> objectWithout(parser, path);
            case START_ARRAY -> {
                ArrayNode out = NODES.arrayNode();
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    out.add(valueWithout(parser, path));
                }
                yield out;
            }
            default -> WireScalars.any(parser);
        };
    }

    private static ObjectNode object(JsonParser parser) throws IOException {
        ObjectNode out = NODES.objectNode();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            JsonToken token = parser.nextToken();
            if (token != JsonToken.VALUE_NULL) {
                out.set(name, value(parser));
            }
        }
        return out;
    }

    private static JsonNode value(JsonParser parser) throws IOException {
        return switch (parser.currentToken()) {
            case START_OBJECT -> object(parser);
            case START_ARRAY -> {
                ArrayNode out = NODES.arrayNode();
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    out.add(value(parser));
                }
                yield out;
            }
            default -> WireScalars.any(parser);
        };
    }
}
