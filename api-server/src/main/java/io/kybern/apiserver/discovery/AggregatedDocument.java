package io.kybern.apiserver.discovery;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.http.EntityTag;
import io.kybern.apiserver.negotiation.Encoder;
import io.kybern.apiserver.negotiation.Representation;
import io.kybern.apiserver.negotiation.Representation.Format;
import io.kybern.apiserver.wire.JsonTree;
import io.kybern.apiserver.wire.JsonWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A document that is asked for again and again: kept as bytes once it is wanted, with a tag that is made of those of its groups, so
 * that a change of one kind costs the digest of one group. Immutable.
 */
final class AggregatedDocument {
    private final List<GroupText> groups;
    private final String tag;
    private final Map<Format, byte[]> bytes = new ConcurrentHashMap<>();

    AggregatedDocument(List<GroupText> groups) {
        this.groups = List.copyOf(groups);
        this.tag = '"'
                + EntityTag.of(groups.stream()
                        .map(group -> group.digest().getBytes(StandardCharsets.US_ASCII))
                        .toArray(byte[][]::new))
                + '"';
    }

    /** Quoted, as in a header. */
    String tag() {
        return tag;
    }

    byte[] bytes(Format format) {
        byte[] json = bytes.computeIfAbsent(Format.JSON, f -> json());
        return format == Format.JSON ? json : bytes.computeIfAbsent(format, f -> bytes(JsonTree.parseStored(json), f));
    }

    private byte[] json() {
        JsonWriter out = new JsonWriter(
                512 + groups.stream().mapToInt(g -> g.json().length + 1).sum());
        out.raw('{').name("kind").string("APIGroupDiscoveryList");
        out.raw(',').name("apiVersion").string("apidiscovery.k8s.io/v2");
        out.raw(',').name("metadata").raw('{').raw('}').raw(',').name("items").raw('[');
        for (int i = 0; i < groups.size(); i++) {
            if (i > 0) {
                out.raw(',');
            }
            out.raw(groups.get(i).json());
        }
        return out.raw(']').raw('}').raw('\n').toByteArray();
    }

    private static byte[] bytes(ObjectNode document, Format format) {
        return Encoder.bytes(document, new Representation(format, Representation.Projection.NONE, "", false));
    }
}
