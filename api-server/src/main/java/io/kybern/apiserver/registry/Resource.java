package io.kybern.apiserver.registry;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.conversion.VersionConversion;
import io.kybern.apiserver.storage.EncodedObject;
import io.kybern.apiserver.storage.ObjectKey;
import io.kybern.apiserver.storage.ResourceStore;
import io.kybern.apiserver.storage.StoredObject;
import io.kybern.apiserver.wire.JsonTree;
import io.kybern.crd.resource.GroupResource;
import io.kybern.crd.resource.GroupVersionKind;
import io.kybern.crd.resource.ResourceDefinition;
import io.kybern.crd.resource.Strategy;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/**
 * A resource in one served version: what endpoints work with. A tree is in one of three forms on its way:
 *
 * <pre>
 * served  ──toStorage──►  working  ──encode──►  stored
 *         ◄─fromStorage──           ◄──tree──
 * </pre>
 *
 * <p>Strategies work on the second. For a built-in kind it is the storage version; for a custom kind, whose versions have
 * a schema each, it is the served one, and its store shows objects in that.
 */
public final class Resource {
    /** One of the forms: its kind with its version, and how that is read and written. */
    public record Form(GroupVersionKind kind, ObjectCodec codec) {}

    /**
     * How the forms become one another.
     *
     * @param conversion between the served and the working one
     * @param versions between working ones, where each version has its own
     */
    public record Forms(Form served, Form working, Conversion conversion, VersionConversion versions) {}

    /**
     * Where objects are kept.
     *
     * @param store shows objects in the working form
     * @param isLoaded whether its reads are served at once: caches load when they are first used
     * @param encoder makes of the working form what goes into the store; doesn't change it
     */
    public record Kept(
            ResourceStore store,
            BooleanSupplier isLoaded,
            String prefix,
            Function<ObjectNode, EncodedObject> encoder) {}

    private final ResourceDefinition definition;
    private final ResourceDefinition.Version version;
    private final Strategy strategy;
    private final Forms forms;
    private final Kept kept;
    /** The name of the working tree among the forms of a stored object: versions with the same one share it. */
    private final Object treeForm;

    public Resource(
            ResourceDefinition definition,
            ResourceDefinition.Version version,
            Strategy strategy,
            Forms forms,
            Kept kept) {
        this.definition = definition;
        this.version = version;
        this.strategy = strategy;
        this.forms = forms;
        this.kept = kept;
        this.treeForm = List.of("tree", forms.working().kind());
    }

    /** The same stored objects, seen as another kind. */
    public Resource as(ResourceDefinition other, ResourceDefinition.Version served, ObjectCodec form) {
        Form only = new Form(other.kind(served), form);
        Forms all = new Forms(only, only, Conversion.NONE, VersionConversion.RENAMING);
        return new Resource(other, served, other.strategy(), all, kept);
    }

    public ResourceDefinition definition() {
        return definition;
    }

    public ResourceDefinition.Version version() {
        return version;
    }

    public Strategy strategy() {
        return strategy;
    }

    public ResourceStore store() {
        return kept.store();
    }

    /** Whether reads are served at once: the cache loads when it is first used. */
    public boolean isLoaded() {
        return kept.isLoaded().getAsBoolean();
    }

    /** The key of an object in the store, as some messages show it. */
    public String storagePath(String namespace, String name) {
        return kept.prefix() + key(namespace, name).path();
    }

    public ObjectCodec codec() {
        return forms.served().codec();
    }

    public GroupResource groupResource() {
        return definition.groupResource();
    }

    /** The kind in the served version. */
    public GroupVersionKind kind() {
        return definition.kind(version);
    }

    /** The kind in the version that strategies work on. */
    public GroupVersionKind storageKind() {
        return forms.working().kind();
    }

    /** Whether what the store shows is what is served, byte for byte. */
    public boolean servedAsStored() {
        return forms.conversion() == Conversion.NONE
                && forms.working().kind().equals(forms.served().kind());
    }

    public ObjectNode toStorage(ObjectNode served) {
        return servedAsStored() ? served : named(forms.conversion().toStorage(served), forms.working());
    }

    public ObjectNode fromStorage(ObjectNode working) {
        return servedAsStored() ? working : named(forms.conversion().fromStorage(working.deepCopy()), forms.served());
    }

    private static ObjectNode named(ObjectNode object, Form form) {
        object.put("kind", form.kind().kind()).put("apiVersion", form.kind().apiVersion());
        return form.codec().complete(object);
    }

    /**
     * A working tree of this resource as another version of it shows it; not changed. Waits where a webhook has to be asked.
     *
     * @param other of the same objects
     */
    public ObjectNode seenBy(Resource other, ObjectNode working) {
        ObjectNode copy = working.deepCopy();
        return together(other)
                ? other.fromStorage(copy)
                : other.forms.served().codec().complete(inVersion(copy, other.kind()));
    }

    /** The working tree of this resource that another version shows so. */
    public ObjectNode fromSeen(Resource other, ObjectNode served) {
        return together(other)
                ? other.toStorage(served)
                : forms.working().codec().complete(inVersion(served, kind()));
    }

    private boolean together(Resource other) {
        return forms.working().kind().equals(other.forms.working().kind());
    }

    /** A tree of any version of a custom kind in another one. */
    public ObjectNode inVersion(ObjectNode object, GroupVersionKind kind) {
        return forms.versions()
                .convert(List.of(object), kind.apiVersion())
                .getFirst()
                .put("kind", kind.kind());
    }

    /** Canonical form of a tree that strategies have worked on. */
    public ObjectNode completeStorage(ObjectNode working) {
        return forms.working().codec().stored(working);
    }

    /** The tree as it can be encoded: built-in kinds take their canonical form on that way, custom ones before. */
    public ObjectNode encodable(ObjectNode working) {
        return definition.custom() ? completeStorage(working) : working;
    }

    public EncodedObject encode(ObjectNode working) {
        return kept.encoder().apply(working);
    }

    /** The object as a tree that strategies can read; shared with other readers: never change it. */
    public ObjectNode tree(StoredObject object) {
        return object.form(treeForm, this::copy);
    }

    /** The same for a caller who may change it. */
    public ObjectNode copy(StoredObject object) {
        return JsonTree.parseStored(object.json());
    }

    /** The object as JSON of the served version. */
    public byte[] json(StoredObject object) {
        if (servedAsStored()) {
            return object.json();
        }
        return object.form(List.of("json", kind()), o -> codec().bytes(fromStorage(copy(o))));
    }

    /** Bytes of the object in a list of the served version, and where they start in {@link #json}. */
    public int itemOffset(StoredObject object) {
        if (codec().itemsNameTheirKind()) {
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
