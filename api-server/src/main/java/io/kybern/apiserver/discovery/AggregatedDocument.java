package io.kybern.apiserver.discovery;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.http.EntityTag;
import io.kybern.apiserver.negotiation.Encoder;
import io.kybern.apiserver.negotiation.Representation;
import io.kybern.apiserver.negotiation.Representation.Format;
import io.kybern.apiserver.wire.JsonTree;
import io.kybern.apiserver.wire.JsonWriter;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** A document that is asked for again and again: kept as bytes, with its tag. Immutable. */
final class AggregatedDocument {
    private final byte[] json;
    private final String tag;
    private final Map<Format, byte[]> others = new ConcurrentHashMap<>();

    /** @param groups each an {@code APIGroupDiscovery} as JSON */
    AggregatedDocument(List<byte[]> groups) {
        JsonWriter out =
                new JsonWriter(512 + groups.stream().mapToInt(g -> g.length + 1).sum());
        out.raw('{').name("kind").string("APIGroupDiscoveryList");
        out.raw(',').name("apiVersion").string("apidiscovery.k8s.io/v2");
        out.raw(',').name("metadata").raw('{').raw('}').raw(',').name("items").raw('[');
        for (int i = 0; i < groups.size(); i++) {
            if (i > 0) {
                out.raw(',');
            }
            out.raw(groups.get(i));
        }
        out.raw(']').raw('}').raw('\n');
        this.json = out.toByteArray();
        this.tag = '"' + EntityTag.of(json) + '"';
    }

    /** Quoted, as in a header. */
    String tag() {
        return tag;
    }

    byte[] bytes(Format format) {
        return format == Format.JSON ? json : others.computeIfAbsent(format, f -> bytes(JsonTree.parseStored(json), f));
    }

    private static byte[] bytes(ObjectNode document, Format format) {
        return Encoder.bytes(document, new Representation(format, Representation.Projection.NONE, "", false));
    }
}
