package io.kybern.crd.merge;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.crd.merge.ManagedFields.Manager;
import io.kybern.crd.resource.GroupVersionKind;
import io.kybern.crd.schema.Schema;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Keeps {@code metadata.managedFields} of the objects of one endpoint in one version, on every write.
 *
 * <p>{@link #update} is for create, PUT and the ordinary patches: the writer takes over what it changed. {@link #apply}
 * is server-side apply: it merges what a manager applies into the live object, refuses to change what others own unless
 * forced, and removes what the manager applied before and no longer does. Immutable, shared by all threads.
 */
public final class FieldManager {
    /** Updaters kept apart before the oldest are merged. Source: {@code DefaultMaxUpdateManagers}. */
    static final int MAX_UPDATERS = 10;

    private static final String MANAGED_FIELDS = "managedFields";
    private static final String BEFORE_FIRST_APPLY = "before-first-apply";
    private static final ObjectNode NOTHING = JsonNodeFactory.instance.objectNode();

    private final GroupVersionKind kind;
    private final String subresource;
    private final Owners owners;
    private final Schema schema;
    private final boolean structured;

    /**
     * @param kind what requests to this endpoint must say that they apply
     * @param subresource empty for the object itself, else {@code status}, {@code scale}, …
     * @param schema of that version, with its metadata
     * @param structured the kind is built in: a struct upstream, with the fields that such a one always has
     * @param resetFields what a write to this endpoint never changes and so never owns
     */
    public FieldManager(
            GroupVersionKind kind,
            String subresource,
            Schema schema,
            boolean structured,
            FieldSet resetFields,
            VersionConverter converter) {
        this.kind = kind;
        this.subresource = subresource;
        this.schema = schema;
        this.structured = structured;
        this.owners = new Owners(kind.apiVersion(), schema, structured, resetFields, converter);
    }

    /**
     * Sets the managed fields of an object that is about to be stored. An object of a custom kind that does not fit its
     * schema, before or after, loses them: so may its status when it is written together with the rest, which is dropped later.
     *
     * @param live the stored object, or one without fields for a create; not changed
     * @param updated the object as the request made it, decoded and defaulted; only its managed fields are changed.
     *     Those that it comes with are taken as an edit of them, but on a subresource
     * @param manager empty counts as {@code unknown}
     */
    public void update(ObjectNode live, ObjectNode updated, String manager, Instant now) {
        ManagedFields managed = requested(live, updated);
        if (managed.isEmpty() && !live.path("metadata").path("uid").asText().isEmpty()) {
            set(updated, managed);
            return;
        }
        if (!fits(live) || !fits(updated)) {
            set(updated, new ManagedFields());
            return;
        }
        try {
            takeOver(managed, live, updated, manager, now);
            set(updated, managed);
        } catch (
                IllegalArgumentException
                        e) { // items without a key: the original forgets the managers, and lets them be
            set(updated, new ManagedFields());
        }
    }

    /** Structs are decoded into what fits. */
    private boolean fits(ObjectNode object) {
        return structured || TypedValidation.errorsButRepeats(object, schema).isEmpty();
    }

    private void takeOver(ManagedFields managed, ObjectNode live, ObjectNode updated, String manager, Instant now) {
        Manager self = Manager.updater(manager, kind.apiVersion(), subresource);
        FieldSet taken = owners.update(live, updated, managed);
        if (!taken.isEmpty()) {
            ManagedFields.Owned before = managed.get(self);
            managed.put(self, kind.apiVersion(), before == null ? taken : taken.union(before.fields()));
            managed.setTime(self, now);
        }
        managed.capUpdaters(MAX_UPDATERS);
    }

    private ManagedFields requested(ObjectNode live, ObjectNode updated) {
        JsonNode stored = live.path("metadata").get(MANAGED_FIELDS);
        JsonNode sent = updated.path("metadata").get(MANAGED_FIELDS);
        if (subresource.isEmpty() && ManagedFields.isReset(sent)) {
            return new ManagedFields();
        }
        if (subresource.isEmpty() && sent != null && !sent.equals(stored)) {
            Optional<ManagedFields> edited = ManagedFields.parse(sent).filter(ManagedFields::isUsable);
            if (edited.isPresent()) {
                return edited.get();
            }
        }
        return ManagedFields.parse(stored).orElseGet(ManagedFields::new);
    }

    /**
     * Merges what a manager applies into the live object.
     *
     * @param live the stored object, or one without a uid for a create; not changed
     * @param applied the request's body, not defaulted; not changed
     * @return the merged object with its managed fields, before defaults. It may share parts with {@code live}
     * @throws ApplyException if it can't be applied
     */
    public ObjectNode apply(ObjectNode live, ObjectNode applied, String manager, boolean force, Instant now) {
        check(applied);
        ManagedFields managed = ManagedFields.parse(live.path("metadata").get(MANAGED_FIELDS))
                .orElseThrow(() -> new ApplyException.Untyped("failed to decode managed fields"));
        if (managed.isEmpty() && live.path("metadata").has("uid")) {
            checkStored(
                    live,
                    "failed to create manager for existing fields: failed to convert new object",
                    " to smd typed: ");
            takeOver(managed, NOTHING, live, BEFORE_FIRST_APPLY, now);
        }
        String error = TypedValidation.errors(applied, schema);
        if (!error.isEmpty()) {
            throw new ApplyException.Untyped(
                    "failed to create typed patch object (" + describe(applied) + "): " + error);
        }
        checkStored(live, "failed to create typed live object", ": ");
        Manager self = Manager.applier(manager, subresource);
        Owners.Applied result;
        try {
            result = LastApplied.applyFrom(manager)
                    ? LastApplied.apply(owners, live, applied, managed, self, force, schema)
                    : owners.apply(live, applied, managed, self, force);
        } catch (IllegalArgumentException e) { // the applied object is well typed: what is stored is not
            throw new ApplyException.Untyped(
                    "failed to create typed live object (" + describe(live) + "): " + e.getMessage());
        }
        boolean changed = !Comparison.same(live, result.object());
        if (changed) {
            result.managed().setTime(self, now);
        }
        ObjectNode object = shallowCopy(changed ? result.object() : live);
        if (LastApplied.applyFrom(manager)) {
            LastApplied.refresh(object, applied);
        }
        set(object, result.managed());
        return object;
    }

    private void checkStored(ObjectNode live, String what, String then) {
        String error = structured ? "" : TypedValidation.errorsButRepeats(live, schema);
        if (!error.isEmpty()) {
            throw new ApplyException.Untyped(what + " (" + describe(live) + ")" + then + error);
        }
    }

    private void check(ObjectNode applied) {
        GroupVersionKind actual = GroupVersionKind.of(
                applied.path("apiVersion").asText(), applied.path("kind").asText());
        if (!actual.equals(kind)) {
            throw new ApplyException.BadRequest("invalid object type: " + print(actual));
        }
        if (applied.path("metadata").hasNonNull(MANAGED_FIELDS)) {
            throw new ApplyException.BadRequest("metadata.managedFields must be nil");
        }
    }

    private String describe(ObjectNode object) {
        JsonNode metadata = object.path("metadata");
        return text(metadata.path("namespace")) + "/" + text(metadata.path("name")) + "; " + print(kind);
    }

    private static String text(JsonNode node) {
        return node.isTextual() ? node.textValue() : "";
    }

    /** As {@code schema.GroupVersionKind} prints itself. */
    private static String print(GroupVersionKind kind) {
        return kind.group() + "/" + kind.version() + ", Kind=" + kind.kind();
    }

    /** A copy down to metadata and its annotations, which alone are changed here. */
    private static ObjectNode shallowCopy(ObjectNode object) {
        ObjectNode copy = JsonNodeFactory.instance.objectNode();
        copy.setAll(object);
        ObjectNode metadata = copy.putObject("metadata");
        if (object.get("metadata") instanceof ObjectNode old) {
            metadata.setAll(old);
        }
        if (metadata.get("annotations") instanceof ObjectNode old) {
            metadata.putObject("annotations").setAll(old);
        }
        return copy;
    }

    private static void set(ObjectNode object, ManagedFields managed) {
        if (!(object.get("metadata") instanceof ObjectNode metadata)) {
            return;
        }
        ArrayNode entries = managed.toJson();
        if (entries.isEmpty()) {
            metadata.remove(MANAGED_FIELDS);
        } else {
            metadata.set(MANAGED_FIELDS, entries);
        }
    }

    /** Paths of field names, as strategies give them, as the set that a field manager takes. */
    public static FieldSet resetFields(Iterable<List<String>> paths) {
        return FieldSet.ofFields(paths);
    }
}
