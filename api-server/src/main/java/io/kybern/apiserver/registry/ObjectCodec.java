package io.kybern.apiserver.registry;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.storage.EncodedObject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** How objects of one version of a kind are read and written. Stateless, shared by all threads. */
public interface ObjectCodec {
    /**
     * Reads one object; what the kind doesn't know is dropped and noted.
     *
     * @throws io.kybern.apiserver.wire.DecodeException when it can't be an object of this kind
     */
    ObjectNode decode(JsonParser parser, List<String> strictErrors) throws IOException;

    /** As {@link #decode(JsonParser, List)} from a tree that a patch made. */
    ObjectNode decode(JsonNode tree, List<String> strictErrors);

    /** As {@link #decode(JsonNode, List)} where the original converts the tree instead of its text: numbers that are too large wrap. */
    default ObjectNode convert(JsonNode tree, List<String> strictErrors) {
        return decode(tree, strictErrors);
    }

    /** Reads what an apply has made, defaults of custom kinds filled in. */
    default ObjectNode decodeApplied(JsonNode tree) {
        return convert(tree, new ArrayList<>());
    }

    /** The canonical form of an object that strategies have worked on. */
    ObjectNode complete(ObjectNode object);

    /** The canonical form as the store gives it back: of a built-in kind without empty lists and maps. */
    ObjectNode stored(ObjectNode object);

    /** The canonical form with the nulls that are printed, for who compares or shows whole objects. */
    ObjectNode printable(ObjectNode object);

    /** The canonical form as bytes for the store, with what the cache indexes. */
    EncodedObject encode(ObjectNode object, Map<String, String> fields);

    /** The canonical form as bytes as they are served. */
    byte[] bytes(ObjectNode object);

    /** Whether list items repeat {@code kind} and {@code apiVersion}: custom resources do. */
    boolean itemsNameTheirKind();
}
