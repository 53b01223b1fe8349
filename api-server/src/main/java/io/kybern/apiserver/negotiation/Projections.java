package io.kybern.apiserver.negotiation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.http.ApiRequest;
import io.kybern.apiserver.http.ApiResponse;
import io.kybern.apiserver.registry.Resource;
import io.kybern.apiserver.storage.StoredObject;
import io.kybern.apiserver.wire.JsonTree;

/** One object in the form that was negotiated: whole, as a table, or its metadata alone. */
public final class Projections {
    private final Tables tables;

    public Projections(Tables tables) {
        this.tables = tables;
    }

    /** An answer with a stored object. */
    public ApiResponse stored(
            Resource resource, int status, StoredObject object, Representation form, ApiRequest request) {
        return switch (form.projection()) {
            case NONE -> Encoder.json(status, resource.json(object), form);
            case METADATA ->
                Encoder.tree(status, ofMetadata(JsonTree.parseStoredMember(object.json(), "metadata"), form), form);
            case TABLE -> tree(resource, status, resource.tree(object), form, request);
        };
    }

    /** An answer with a tree in the storage version. */
    public ApiResponse tree(Resource resource, int status, ObjectNode tree, Representation form, ApiRequest request) {
        return switch (form.projection()) {
            case TABLE -> Encoder.tree(status, tables.ofObject(resource, tree, form, request, true), form);
            case METADATA -> Encoder.tree(status, metadata(tree, form), form);
            case NONE -> {
                byte[] json = resource.codec().bytes(resource.fromStorage(tree));
                yield Encoder.json(status, json, form);
            }
        };
    }

    static ObjectNode metadata(ObjectNode tree, Representation form) {
        return ofMetadata(tree.path("metadata"), form);
    }

    private static ObjectNode ofMetadata(JsonNode metadata, Representation form) {
        ObjectNode out = JsonNodeFactory.instance.objectNode();
        out.put("kind", "PartialObjectMetadata").put("apiVersion", "meta.k8s.io/" + form.version());
        out.set("metadata", metadata);
        return out;
    }
}
