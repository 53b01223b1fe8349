package io.kybern.apiserver.registry;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.storage.EncodedObject;
import io.kybern.apiserver.storage.ObjectKey;
import io.kybern.apiserver.storage.ResourceStore;
import io.kybern.apiserver.storage.StoredObject;
import io.kybern.apiserver.storage.cache.WatchCache;
import io.kybern.apiserver.wire.JsonTree;
import io.kybern.crd.resource.GroupResource;
import io.kybern.crd.resource.GroupVersionKind;
import io.kybern.crd.resource.ResourceDefinition;
import io.kybern.crd.resource.Strategy;
import java.util.List;

/**
 * A resource in one served version: what endpoints work with. Trees inside the pipeline are of the served version until
 * {@link #toStorage}, of the storage version after it; the strategy works on the latter.
 */
public final class Resource {
    private final ResourceDefinition definition;
    private final ResourceDefinition.Version version;
    private final ObjectCodec codec;
    private final Conversion conversion;
    private final GroupVersionKind storageKind;
    private final ObjectCodec storageCodec;
    private final WatchCache store;
    private final String storePrefix;

    public Resource(
            ResourceDefinition definition,
            ResourceDefinition.Version version,
            ObjectCodec codec,
            Conversion conversion,
            GroupVersionKind storageKind,
            ObjectCodec storageCodec,
            WatchCache store,
            String storePrefix) {
        this.definition = definition;
        this.version = version;
        this.codec = codec;
        this.conversion = conversion;
        this.storageKind = storageKind;
        this.storageCodec = storageCodec;
        this.store = store;
        this.storePrefix = storePrefix;
    }

    public ResourceDefinition definition() {
        return definition;
    }

    public ResourceDefinition.Version version() {
        return version;
    }

    public Strategy strategy() {
        return definition.strategy();
    }

    public ResourceStore store() {
        return store;
    }

    /** Whether reads are served at once: the cache loads when it is first used. */
    public boolean isLoaded() {
        return store.isLoaded();
    }

    /** The key of an object in the store, as some messages show it. */
    public String storagePath(String namespace, String name) {
        return storePrefix + key(namespace, name).path();
    }

    public ObjectCodec codec() {
        return codec;
    }

    public GroupResource groupResource() {
        return definition.groupResource();
    }

    /** The kind in the served version. */
    public GroupVersionKind kind() {
        return definition.kind(version);
    }

    public GroupVersionKind storageKind() {
        return storageKind;
    }

    /** Whether what is stored is what is served, byte for byte. */
    public boolean servedAsStored() {
        return conversion == Conversion.NONE && storageKind.equals(kind());
    }

    public ObjectNode toStorage(ObjectNode served) {
        if (servedAsStored()) {
            return served;
        }
        ObjectNode stored = conversion.toStorage(served);
        stored.put("kind", storageKind.kind()).put("apiVersion", storageKind.apiVersion());
        return storageCodec.complete(stored);
    }

    public ObjectNode fromStorage(ObjectNode stored) {
        if (servedAsStored()) {
            return stored;
        }
        ObjectNode served = conversion.fromStorage(stored.deepCopy());
        served.put("kind", kind().kind()).put("apiVersion", kind().apiVersion());
        return codec.complete(served);
    }

    /** Canonical form of a tree in the storage version. */
    public ObjectNode completeStorage(ObjectNode stored) {
        return storageCodec.complete(stored);
    }

    public EncodedObject encode(ObjectNode stored) {
        return storageCodec.encode(stored, definition.strategy().selectableFields(stored));
    }

    /** The object as a tree of the storage version; shared with other readers: never change it. */
    public ObjectNode tree(StoredObject object) {
        return object.form("tree", o -> JsonTree.parseStored(o.json()));
    }

    /** A tree of the storage version that the caller may change. */
    public ObjectNode copy(StoredObject object) {
        return JsonTree.parseStored(object.json());
    }

    /** The object as JSON of the served version. */
    public byte[] json(StoredObject object) {
        if (servedAsStored()) {
            return object.json();
        }
        return object.form(List.of("json", kind()), o -> codec.bytes(fromStorage(JsonTree.parseStored(o.json()))));
    }

    /** Bytes of the object in a list of the served version, and where they start in {@link #json}. */
    public int itemOffset(StoredObject object) {
        if (codec.itemsNameTheirKind()) {
            return 0;
        }
        if (servedAsStored()) {
            return object.itemOffset();
        }
        return ("{\"kind\":\"" + kind().kind() + "\",\"apiVersion\":\"" + kind().apiVersion() + "\",").length();
    }

    public ObjectKey key(String namespace, String name) {
        return new ObjectKey(definition.namespaced() ? namespace : "", name);
    }
}
