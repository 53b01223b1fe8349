package io.kybern.crd.merge;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import io.kybern.crd.merge.ManagedFields.Manager;
import io.kybern.crd.merge.ManagedFields.Owned;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The managed fields of a {@code scale} subresource: its one field is a field of the object, so that who owns
 * {@code .spec.replicas} of the Scale owns the replicas of the object, and the other way round.
 *
 * <p>Source: {@code managedfields/scalehandler.go}.
 *
 * @param apiVersion of the object in this request
 * @param replicasPaths by {@code apiVersion} of the object: where its replicas are; empty for a version without scale
 */
public record ScaleManagedFields(String apiVersion, Map<String, List<String>> replicasPaths) {
    private static final String SCALE_VERSION = "autoscaling/v1";
    private static final FieldSet IN_SCALE = FieldSet.ofFields(List.of(List.of("spec", "replicas")));

    public ScaleManagedFields {
        replicasPaths = Map.copyOf(replicasPaths);
    }

    /** What the managers of the object own of its Scale. */
    public ArrayNode toScale(JsonNode objectEntries) {
        ManagedFields all = ManagedFields.parse(objectEntries).orElseGet(ManagedFields::new);
        ManagedFields scale = new ManagedFields();
        for (Manager manager : all.managers()) {
            Owned owned = all.get(manager);
            if (owned != null && ownsReplicas(owned)) {
                scale.put(manager, SCALE_VERSION, IN_SCALE);
                all.time(manager).ifPresent(t -> scale.setTime(manager, t));
            }
        }
        return scale.toJson();
    }

    /** The object's managed fields after a write to its Scale left these. */
    public ArrayNode toObject(JsonNode objectEntries, JsonNode scaleEntries) {
        ManagedFields object = ManagedFields.parse(objectEntries).orElseGet(ManagedFields::new);
        ManagedFields scale = ManagedFields.parse(scaleEntries).orElseGet(ManagedFields::new);
        List<Manager> kept = new ArrayList<>();
        for (Manager manager : object.managers()) {
            Owned owned = object.get(manager);
            if (owned == null) {
                continue;
            }
            if (!replicasPaths.containsKey(owned.apiVersion())) {
                object.remove(manager);
            } else if (ownsReplicas(owned)) {
                if (inScale(scale, manager).isPresent()) {
                    kept.add(manager);
                } else {
                    object.put(manager, owned.apiVersion(), owned.fields().difference(replicas(owned)));
                }
            }
        }
        for (Manager manager : scale.managers()) {
            Owned owned = scale.get(manager);
            boolean known = kept.stream().anyMatch(k -> sameManager(k, manager));
            if (owned != null
                    && !known
                    && !owned.fields().intersection(IN_SCALE).isEmpty()) {
                Manager fresh = manager.applies()
                        ? manager
                        : new Manager(manager.name(), false, apiVersion, manager.subresource());
                FieldSet path = FieldSet.ofFields(List.of(replicasPaths.getOrDefault(apiVersion, List.of())));
                object.put(fresh, apiVersion, path);
            }
        }
        return object.toJson();
    }

    private static Optional<Manager> inScale(ManagedFields scale, Manager manager) {
        return scale.managers().stream().filter(m -> sameManager(m, manager)).findFirst();
    }

    /** The version in a manager's identity is that of the Scale on one side, of the object on the other. */
    private static boolean sameManager(Manager a, Manager b) {
        return a.name().equals(b.name())
                && a.applies() == b.applies()
                && a.subresource().equals(b.subresource());
    }

    private boolean ownsReplicas(Owned owned) {
        return !owned.fields().intersection(replicas(owned)).isEmpty();
    }

    private FieldSet replicas(Owned owned) {
        List<String> path = replicasPaths.getOrDefault(owned.apiVersion(), List.of());
        return path.isEmpty() ? FieldSet.EMPTY : FieldSet.ofFields(List.of(path));
    }
}
