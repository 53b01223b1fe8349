package io.kybern.apiserver.endpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.metadata.SystemFields;
import io.kybern.apiserver.registry.ObjectCodec;
import io.kybern.apiserver.registry.Resource;
import io.kybern.crd.merge.FieldManager;
import io.kybern.crd.merge.VersionConverter;
import io.kybern.crd.resource.ResourceDefinition;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The field manager of each endpoint, made when it is first written to. It sees objects as they are printed: a struct's null
 * is a field that somebody owns.
 */
public final class FieldManagers {
    private final Map<Key, FieldManager> managers = new ConcurrentHashMap<>();

    private record Key(Resource resource, String subresource) {}

    /** As {@link FieldManager#update}: sets the managed fields of {@code updated}. */
    public void update(
            Resource resource, String subresource, ObjectNode live, ObjectNode updated, String manager, Instant now) {
        update(of(resource, subresource), resource.codec(), live, updated, manager, now);
    }

    static void update(
            FieldManager fields, ObjectCodec codec, ObjectNode live, ObjectNode updated, String manager, Instant now) {
        ObjectNode printed = codec.printable(updated);
        fields.update(codec.printable(live), printed, manager, now);
        JsonNode managed = printed.path("metadata").path("managedFields");
        if (managed.isMissingNode()) {
            SystemFields.metadata(updated).remove("managedFields");
        } else {
            SystemFields.metadata(updated).set("managedFields", managed);
        }
    }

    /** As {@link FieldManager#apply}. */
    public ObjectNode apply(
            Resource resource,
            String subresource,
            ObjectNode live,
            ObjectNode applied,
            String manager,
            boolean force,
            Instant now) {
        return of(resource, subresource).apply(resource.codec().printable(live), applied, manager, force, now);
    }

    private FieldManager of(Resource resource, String subresource) {
        return managers.computeIfAbsent(new Key(resource, subresource), k -> make(resource, subresource));
    }

    /** Shows an object of a custom kind in the versions in which others have written. */
    private static VersionConverter converter(Resource resource) {
        ResourceDefinition definition = resource.definition();
        if (!definition.custom()) {
            return VersionConverter.NONE;
        }
        return (object, apiVersion) -> definition.versions().stream()
                .filter(v -> definition.kind(v).apiVersion().equals(apiVersion))
                .findFirst()
                .map(v -> new VersionConverter.Versioned(
                        resource.inVersion(object.deepCopy(), definition.kind(v)),
                        v.schema().get()));
    }

    /** Forgets the managers of a resource that is no longer served. */
    public void forget(Resource resource) {
        managers.keySet().removeIf(k -> k.resource() == resource);
    }

    private static FieldManager make(Resource resource, String subresource) {
        Set<List<String>> reset = resource.strategy().resetFields().getOrDefault(subresource, Set.of());
        return new FieldManager(
                resource.kind(),
                subresource,
                resource.version().schema().get(),
                !resource.definition().custom(),
                FieldManager.resetFields(reset),
                converter(resource));
    }
}
