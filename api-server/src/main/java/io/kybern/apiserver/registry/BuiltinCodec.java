package io.kybern.apiserver.registry;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.storage.EncodedObject;
import io.kybern.apiserver.wire.JsonWriter;
import io.kybern.apiserver.wire.WireDecoder;
import io.kybern.apiserver.wire.WireForm;
import io.kybern.apiserver.wire.WireType;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Built-in kinds: driven by their wire type. */
public final class BuiltinCodec implements ObjectCodec {
    /** The members of ObjectMeta that stand before {@code resourceVersion}. */
    private static final Set<String> BEFORE_REVISION = Set.of("name", "generateName", "namespace", "selfLink", "uid");

    private final WireType type;

    public BuiltinCodec(WireType type) {
        this.type = type;
    }

    public WireType type() {
        return type;
    }

    @Override
    public ObjectNode decode(JsonParser parser, List<String> strictErrors) throws IOException {
        return WireForm.complete(WireDecoder.decode(parser, type, strictErrors), type);
    }

    @Override
    public ObjectNode decode(JsonNode tree, List<String> strictErrors) {
        return WireForm.complete(WireDecoder.decode(tree, type, strictErrors), type);
    }

    @Override
    public ObjectNode convert(JsonNode tree, List<String> strictErrors) {
        return WireForm.complete(WireDecoder.convert(tree, type, strictErrors), type);
    }

    @Override
    public ObjectNode complete(ObjectNode object) {
        return WireForm.complete(object, type);
    }

    @Override
    public ObjectNode stored(ObjectNode object) {
        return WireForm.stored(object, type);
    }

    @Override
    public ObjectNode printable(ObjectNode object) {
        return WireForm.printable(object, type);
    }

    @Override
    public byte[] bytes(ObjectNode object) {
        return JsonWriter.bytes(WireForm.printable(object, type));
    }

    @Override
    public boolean itemsNameTheirKind() {
        return false;
    }

    @Override
    public EncodedObject encode(ObjectNode object, Map<String, String> fields) {
        ObjectNode printable = WireForm.encodable(object, type);
        JsonWriter out = new JsonWriter(1024);
        out.raw('{').name("kind").write(printable.path("kind")).raw(',');
        out.name("apiVersion").write(printable.path("apiVersion")).raw(',');
        int itemOffset = out.length();
        int splice = 0;
        boolean first = true;
        for (Map.Entry<String, JsonNode> member : printable.properties()) {
            String name = member.getKey();
            if (name.equals("kind") || name.equals("apiVersion")) {
                continue;
            }
            if (!first) {
                out.raw(',');
            }
            first = false;
            out.name(name);
            if (name.equals("metadata")) {
                splice = metadata((ObjectNode) member.getValue(), out);
            } else {
                out.write(member.getValue());
            }
        }
        out.raw('}');
        return new EncodedObject(out.toByteArray(), itemOffset, splice, labels(object), fields);
    }

    private static int metadata(ObjectNode metadata, JsonWriter out) {
        int splice = 0;
        out.raw('{');
        boolean first = true;
        for (Map.Entry<String, JsonNode> member : metadata.properties()) {
            if (member.getKey().equals("resourceVersion")) {
                continue;
            }
            if (!first) {
                out.raw(',');
            }
            first = false;
            if (splice == 0 && !BEFORE_REVISION.contains(member.getKey())) {
                splice = out.length();
            }
            out.name(member.getKey()).write(member.getValue());
        }
        if (splice == 0) { // no creationTimestamp: somebody else's object
            splice = out.length();
        }
        out.raw('}');
        return splice;
    }

    static Map<String, String> labels(ObjectNode object) {
        JsonNode labels = object.path("metadata").path("labels");
        if (labels.isEmpty()) {
            return Map.of();
        }
        Map<String, String> out = HashMap.newHashMap(labels.size());
        labels.properties().forEach(e -> out.put(e.getKey(), e.getValue().asText()));
        return out;
    }
}
