package io.kybern.crd.merge;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.crd.merge.ManagedFields.Manager;
import io.kybern.crd.merge.ManagedFields.Owned;
import io.kybern.crd.merge.VersionConverter.Versioned;
import io.kybern.crd.schema.Schema;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Who owns what after a write: the rules of structured-merge-diff's {@code merge.Updater}.
 *
 * <p>A writer takes what it changed from all others. An applier may do so only by force; what it applied the last time
 * and does not now is removed unless somebody else owns it too.
 */
record Owners(String apiVersion, Schema schema, boolean structured, FieldSet resetFields, VersionConverter converter) {
    /** Fields of any object that no manager owns. */
    private static final FieldSet STRIPPED = FieldSet.ofFields(List.of(
            List.of("apiVersion"),
            List.of("kind"),
            List.of("metadata"),
            List.of("metadata", "name"),
            List.of("metadata", "namespace"),
            List.of("metadata", "creationTimestamp"),
            List.of("metadata", "selfLink"),
            List.of("metadata", "uid"),
            List.of("metadata", "clusterName"),
            List.of("metadata", "generation"),
            List.of("metadata", "managedFields"),
            List.of("metadata", "resourceVersion")));

    /** An apply's outcome. */
    record Applied(ObjectNode object, ManagedFields managed) {}

    /** Takes from all managers what changed; answers what the writer owns of it now. */
    FieldSet update(ObjectNode live, ObjectNode updated, ManagedFields managed) {
        Comparison comparison = Comparison.of(live, updated, schema, structured);
        if (comparison.isEmpty()) {
            return FieldSet.EMPTY;
        }
        reconcile(managed, live);
        Comparison own = comparison.without(resetFields);
        transfer(live, updated, managed, null, own, true);
        return own.modified()
                .union(own.added())
                .recursiveDifference(resetFields)
                .difference(STRIPPED);
    }

    /**
     * Merges an applied object.
     *
     * @param managed not changed
     * @throws ApplyException.Conflict unless forced
     */
    Applied apply(ObjectNode live, ObjectNode applied, ManagedFields managed, Manager self, boolean force) {
        ManagedFields result = managed.copy();
        reconcile(result, live);
        ObjectNode merged = TypedMerge.merge(live, applied, schema);
        Owned last = result.get(self);
        FieldSet own = FieldSets.of(applied, schema).recursiveDifference(resetFields);
        result.remove(self);
        ObjectNode pruned = last == null || last.fields().isEmpty() ? merged : prune(merged, result, own, last);
        transfer(live, pruned, result, self, null, force);
        result.put(self, apiVersion, own.difference(STRIPPED));
        return new Applied(pruned, result);
    }

    /** What managers own after the schema made fields atomic; owners in versions that are gone stay as they are. */
    private void reconcile(ManagedFields managed, ObjectNode live) {
        for (Manager manager : managed.managers()) {
            Owned owned = managed.get(manager);
            if (owned == null) {
                continue;
            }
            Optional<Schema> type = owned.apiVersion().equals(apiVersion)
                    ? Optional.of(schema)
                    : converter.convert(live, owned.apiVersion()).map(Versioned::schema);
            type.filter(t -> !owned.isReconciled(t))
                    .ifPresent(t ->
                            managed.put(manager, owned.apiVersion(), FieldSets.reconcile(owned.fields(), t, false)));
        }
    }

    /** Takes what differs from all managers but {@code self}. */
    private void transfer(
            ObjectNode live,
            ObjectNode updated,
            ManagedFields managed,
            @Nullable Manager self,
            @Nullable Comparison known,
            boolean force) {
        Map<String, Optional<Comparison>> byVersion = new HashMap<>();
        Comparison own = known != null
                ? known
                : Comparison.of(live, updated, schema, structured).without(resetFields);
        byVersion.put(apiVersion, Optional.of(own));
        Map<Manager, FieldSet> conflicts = new LinkedHashMap<>();
        Map<Manager, FieldSet> remaining = new LinkedHashMap<>();
        for (Manager manager : managed.managers()) {
            Owned owned = managed.get(manager);
            if (owned == null || manager.equals(self)) {
                continue;
            }
            Optional<Comparison> comparison =
                    byVersion.computeIfAbsent(owned.apiVersion(), version -> compareIn(version, live, updated));
            if (comparison.isEmpty()) {
                remaining.put(manager, FieldSet.EMPTY);
                continue;
            }
            Comparison c = comparison.get();
            if (!owned.mayMeet(c)) {
                continue;
            }
            FieldSet conflict = owned.fields().intersection(c.modified().union(c.added()));
            if (!conflict.isEmpty()) {
                conflicts.put(manager, conflict);
            }
            FieldSet kept = owned.fields().difference(conflict).difference(c.removed());
            if (kept != owned.fields()) {
                remaining.put(manager, kept);
            }
        }
        if (!force && !conflicts.isEmpty()) {
            throw Conflicts.exception(conflicts);
        }
        remaining.forEach((manager, fields) -> {
            Owned owned = managed.get(manager);
            if (owned != null) {
                managed.put(manager, owned.apiVersion(), fields);
            }
        });
    }

    private Optional<Comparison> compareIn(String version, ObjectNode live, ObjectNode updated) {
        Optional<Versioned> old = converter.convert(live, version);
        Optional<Versioned> fresh = converter.convert(updated, version);
        return old.isEmpty() || fresh.isEmpty()
                ? Optional.empty()
                : Optional.of(Comparison.of(
                                old.get().object(),
                                fresh.get().object(),
                                fresh.get().schema(),
                                structured)
                        .without(resetFields));
    }

    /**
     * Removes what the manager applied last and nobody owns now.
     *
     * @param others all managers but the applying one
     * @param own what it owns now
     */
    private ObjectNode prune(ObjectNode merged, ManagedFields others, FieldSet own, Owned last) {
        if (!last.apiVersion().equals(apiVersion)) {
            return pruneInOtherVersion(merged, others, own, last);
        }
        FieldSet owned = own;
        for (Manager manager : others.managers()) {
            Owned other = others.get(manager);
            if (other != null && other.apiVersion().equals(apiVersion)) {
                owned = owned.union(other.fields());
            }
        }
        return prune(merged, schema, last.fields(), owned);
    }

    private ObjectNode pruneInOtherVersion(ObjectNode merged, ManagedFields others, FieldSet own, Owned last) {
        Optional<Versioned> converted = converter.convert(merged, last.apiVersion());
        if (converted.isEmpty()) {
            return merged;
        }
        // The fields applied now are owned in this version; what they are called in the other is what they make there.
        List<FieldSet> owned = new ArrayList<>();
        converter
                .convert(Removal.extract(merged, own, schema), last.apiVersion())
                .ifPresent(v -> owned.add(FieldSets.of(v.object(), v.schema())));
        for (Manager manager : others.managers()) {
            Owned other = others.get(manager);
            if (other != null && other.apiVersion().equals(last.apiVersion())) {
                owned.add(other.fields());
            }
        }
        FieldSet all = owned.stream().reduce(FieldSet.EMPTY, FieldSet::union);
        ObjectNode pruned = prune(converted.get().object(), converted.get().schema(), last.fields(), all);
        return converter.convert(pruned, apiVersion).map(Versioned::object).orElse(merged);
    }

    private static ObjectNode prune(ObjectNode merged, Schema schema, FieldSet last, FieldSet owned) {
        FieldSet lastNamed = FieldSets.withNamedFields(last, schema);
        ObjectNode bare = Removal.remove(merged, lastNamed, schema);
        FieldSet all = FieldSets.withNamedFields(FieldSets.of(merged, schema), schema);
        FieldSet left = FieldSets.withNamedFields(FieldSets.of(bare, schema), schema);
        // Back comes what somebody owns …
        FieldSet ownedNamed = FieldSets.withNamedFields(owned, schema);
        ObjectNode pruned = Removal.remove(merged, all.difference(left.union(ownedNamed)), schema);
        // … and what was below it without anybody's having applied it.
        FieldSet kept = FieldSets.withNamedFields(FieldSets.of(pruned, schema), schema);
        return Removal.remove(merged, all.difference(kept).intersection(lastNamed), schema);
    }
}
