package io.kybern.apiserver.storage.cache;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.kybern.apiserver.storage.EncodedObject;
import io.kybern.apiserver.wire.JsonTree;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * The form of an object in a store of one's own: a version byte, {@code itemOffset} and {@code spliceOffset} as big-endian ints,
 * and the JSON without its revision. In a shared store it is that JSON alone, or what the original has written.
 */
final class StoredValue {
    private static final byte VERSION = 1;
    private static final int HEADER = 1 + 2 * Integer.BYTES;

    private StoredValue() {}

    static byte[] encode(EncodedObject object) {
        return ByteBuffer.allocate(HEADER + object.json().length)
                .put(VERSION)
                .putInt(object.itemOffset())
                .putInt(object.spliceOffset())
                .put(object.json())
                .array();
    }

    /**
     * Reads a value of which nothing else is known: labels by a streaming parse that ends with them, fields by a full
     * parse if the kind has any.
     */
    static EncodedObject decode(byte[] value, CachedResource resource) {
        if (value.length > 0 && isForeign(value[0]) && resource.foreign().isPresent()) {
            return resource.foreign().get().apply(value);
        }
        if (value.length < HEADER || value[0] != VERSION) {
            throw new IllegalStateException(
                    "stored value of unknown version " + (value.length == 0 ? "(empty)" : String.valueOf(value[0])));
        }
        ByteBuffer header = ByteBuffer.wrap(value, 1, HEADER - 1);
        int itemOffset = header.getInt();
        int spliceOffset = header.getInt();
        byte[] json = Arrays.copyOfRange(value, HEADER, value.length);
        if (resource.reader().isPresent()) {
            return resource.reader().get().apply(json);
        }
        try {
            Map<String, String> selectable = resource.fields().isEmpty()
                    ? Map.of()
                    : resource.fields().get().apply(JsonTree.parseStored(json));
            return new EncodedObject(json, itemOffset, spliceOffset, labels(json), selectable);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Plain JSON, or the original's protobuf envelope. */
    private static boolean isForeign(byte first) {
        return first == '{' || first == 'k';
    }

    private static Map<String, String> labels(byte[] json) throws IOException {
        try (JsonParser parser = JsonTree.FACTORY.createParser(json)) {
            parser.nextToken();
            if (!enter(parser, "metadata") || !enter(parser, "labels")) {
                return Map.of();
            }
            Map<String, String> labels = new HashMap<>();
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String name = parser.currentName();
                parser.nextToken();
                labels.put(name, parser.getText());
            }
            return labels;
        }
    }

    /** Moves into a member that is an object; false if there is none. */
    private static boolean enter(JsonParser parser, String member) throws IOException {
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            boolean wanted = member.equals(parser.currentName());
            JsonToken value = parser.nextToken();
            if (wanted) {
                return value == JsonToken.START_OBJECT;
            }
            parser.skipChildren();
        }
        return false;
    }
}
