package io.kybern.apiserver.customresource;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.storage.StoredObject;
import io.kybern.apiserver.wire.JsonTree;
import io.kybern.crd.definition.DeclaredSchemas;
import io.kybern.crd.resource.GroupResource;
import java.util.List;

/**
 * A definition as it is stored. Its schemas, nearly all of it, stay the bytes that the cache has anyway: they are read when an
 * object of the kind comes, or a document of it is asked for.
 */
public final class StoredDefinition implements DeclaredSchemas {
    private static final List<String> SCHEMAS = List.of("spec", "versions", "schema");

    private final String identity;
    private volatile StoredObject stored;

    StoredDefinition(StoredObject stored, ObjectNode outline) {
        this.stored = stored;
        this.identity = outline.path("metadata").path("uid").asText() + " "
                + outline.path("metadata").path("generation").asText();
    }

    /** The definition without its schemas; shared with other readers: not to be changed. */
    public static ObjectNode outline(StoredObject stored) {
        return stored.form("outline", object -> JsonTree.parseStored(object.json(), SCHEMAS));
    }

    /** What a definition defines. */
    static GroupResource resource(JsonNode definition) {
        JsonNode spec = definition.path("spec");
        return new GroupResource(
                spec.path("group").asText(), spec.path("names").path("plural").asText());
    }

    /** The same spec is now stored here: what was there before needs no longer be kept. */
    void isNow(StoredObject newer) {
        stored = newer;
    }

    @Override
    public ObjectNode of(String version) {
        return DeclaredSchemas.find(JsonTree.parseStored(stored.json()), version);
    }

    @Override
    public String identity() {
        return identity;
    }
}
