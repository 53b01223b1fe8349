package io.kybern.apiserver.registry;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.error.ApiException;
import io.kybern.apiserver.error.Reason;
import io.kybern.apiserver.storage.EncodedObject;
import io.kybern.apiserver.wire.DecodeException;
import io.kybern.apiserver.wire.JsonTree;
import io.kybern.apiserver.wire.JsonWriter;
import io.kybern.apiserver.wire.UnstructuredDecoder;
import io.kybern.apiserver.wire.WireDecoder;
import io.kybern.apiserver.wire.WireForm;
import io.kybern.apiserver.wire.WireType;
import io.kybern.apiserver.wire.WireTypes;
import io.kybern.crd.definition.CustomDefinition;
import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.schema.Defaulting;
import io.kybern.crd.schema.EmbeddedResources;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Custom resources: pruned by their schema, members sorted by name, metadata as ObjectMeta has it. */
public final class CustomCodec implements ObjectCodec {
    private static final WireType OBJECT_META = WireTypes.builtin().type("meta/v1.ObjectMeta");

    private final CustomDefinition definition;
    private final String version;

    public CustomCodec(CustomDefinition definition, String version) {
        this.definition = definition;
        this.version = version;
    }

    @Override
    public ObjectNode decode(JsonParser parser, List<String> strictErrors) throws IOException {
        return known(UnstructuredDecoder.decode(parser, strictErrors), strictErrors);
    }

    @Override
    public ObjectNode decode(JsonNode tree, List<String> strictErrors) {
        if (tree instanceof ObjectNode object) {
            return known(object.deepCopy(), strictErrors);
        }
        throw new DecodeException("json: cannot unmarshal into Go value of type map[string]interface {}");
    }

    @Override
    public ObjectNode decodeApplied(JsonNode tree) {
        ObjectNode object = tree.deepCopy();
        try {
            definition.decodeApplied(object, version);
        } catch (EmbeddedResources.DecodingException e) {
            throw new DecodeException(String.valueOf(e.getMessage()));
        } catch (Defaulting.TooLargeException e) {
            throw tooLarge(e);
        }
        return metadataKnown(object);
    }

    private static ApiException tooLarge(Defaulting.TooLargeException e) {
        return ApiException.of(Reason.REQUEST_ENTITY_TOO_LARGE, "Request entity too large: " + e.getMessage());
    }

    /**
     * What is stored, by the schema of today. Defaults that are too many to be filled in are left out: they have come into the schema
     * since the object was written.
     *
     * @param object what {@code json} says; changed in place
     */
    ObjectNode read(ObjectNode object, byte[] json) {
        try {
            definition.decode(object, version);
            return metadataKnown(object);
        } catch (Defaulting.TooLargeException e) {
            ObjectNode bare = JsonTree.parseStored(json);
            definition.prune(bare, version);
            return metadataKnown(bare);
        } catch (EmbeddedResources.DecodingException e) {
            throw new DecodeException(String.valueOf(e.getMessage()));
        }
    }

    /** Leaves in the object what its schema and ObjectMeta know, with their defaults. */
    private ObjectNode known(ObjectNode object, List<String> strictErrors) {
        try {
            definition
                    .decode(object, version)
                    .forEach(path -> strictErrors.add("unknown field " + FieldErrors.quote(path)));
        } catch (EmbeddedResources.DecodingException e) {
            throw new DecodeException(String.valueOf(e.getMessage()));
        } catch (Defaulting.TooLargeException e) {
            throw tooLarge(e);
        }
        return metadataKnown(object);
    }

    private static ObjectNode metadataKnown(ObjectNode object) {
        if (object.get("metadata") instanceof ObjectNode metadata) {
            ObjectNode decoded = WireDecoder.decode(metadata, OBJECT_META, new ArrayList<>());
            object.set("metadata", WireForm.complete(decoded, OBJECT_META));
        }
        return object;
    }

    @Override
    public ObjectNode complete(ObjectNode object) {
        if (object.get("metadata") instanceof ObjectNode metadata) {
            object.set("metadata", WireForm.complete(metadata, OBJECT_META));
        }
        return object;
    }

    @Override
    public ObjectNode stored(ObjectNode object) {
        if (!object.has("status")) { // a new object has lost it: what is read back has its defaults again
            definition.defaultStatus(object, version);
        }
        return complete(object);
    }

    @Override
    public ObjectNode printable(ObjectNode object) {
        return object;
    }

    @Override
    public byte[] bytes(ObjectNode object) {
        return JsonWriter.bytes(sorted(object));
    }

    @Override
    public boolean itemsNameTheirKind() {
        return true;
    }

    @Override
    public EncodedObject encode(ObjectNode object, Map<String, String> fields) {
        ObjectNode sorted = sorted(object);
        JsonWriter out = new JsonWriter(1024);
        int splice = 0;
        boolean first = true;
        out.raw('{');
        for (Map.Entry<String, JsonNode> member : sorted.properties()) {
            if (!first) {
                out.raw(',');
            }
            first = false;
            out.name(member.getKey());
            if (member.getKey().equals("metadata")) {
                splice = metadata((ObjectNode) member.getValue(), out);
            } else {
                out.write(member.getValue());
            }
        }
        out.raw('}');
        return new EncodedObject(out.toByteArray(), 1, splice, BuiltinCodec.labels(object), fields);
    }

    private static int metadata(ObjectNode metadata, JsonWriter out) {
        int splice = 0;
        boolean first = true;
        out.raw('{');
        for (Map.Entry<String, JsonNode> member : metadata.properties()) {
            if (member.getKey().equals("resourceVersion")) {
                continue;
            }
            if (!first) {
                out.raw(',');
            }
            first = false;
            if (splice == 0 && member.getKey().compareTo("resourceVersion") > 0) {
                splice = out.length();
            }
            out.name(member.getKey()).write(member.getValue());
        }
        if (splice == 0) {
            throw new IllegalStateException("metadata without uid");
        }
        out.raw('}');
        return splice;
    }

    private static ObjectNode sorted(ObjectNode object) {
        ObjectNode out = JsonNodeFactory.instance.objectNode();
        Map<String, JsonNode> members = new TreeMap<>();
        object.properties().forEach(e -> members.put(e.getKey(), e.getValue()));
        members.forEach((name, value) -> out.set(name, sortedValue(value)));
        return out;
    }

    private static JsonNode sortedValue(JsonNode value) {
        if (value instanceof ObjectNode object) {
            return sorted(object);
        }
        if (value instanceof ArrayNode array) {
            ArrayNode out = JsonNodeFactory.instance.arrayNode(array.size());
            array.forEach(item -> out.add(sortedValue(item)));
            return out;
        }
        return value;
    }
}
