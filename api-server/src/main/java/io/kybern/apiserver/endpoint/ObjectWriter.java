package io.kybern.apiserver.endpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.admission.AdmissionChain;
import io.kybern.apiserver.admission.AdmissionRequest;
import io.kybern.apiserver.admission.AdmissionRequest.Operation;
import io.kybern.apiserver.admission.Rounds;
import io.kybern.apiserver.error.ApiException;
import io.kybern.apiserver.error.Reason;
import io.kybern.apiserver.metadata.ObjectMetaValidation;
import io.kybern.apiserver.metadata.OwnerReferences;
import io.kybern.apiserver.metadata.SystemFields;
import io.kybern.apiserver.registry.Resource;
import io.kybern.apiserver.storage.EncodedObject;
import io.kybern.apiserver.storage.ObjectKey;
import io.kybern.apiserver.storage.ResourceStore.WriteResult;
import io.kybern.apiserver.storage.StoredObject;
import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.resource.GroupResource;
import io.kybern.crd.resource.RequestContext;
import io.kybern.crd.resource.Strategy;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;

/**
 * Writes one object: the order in which everything happens to it on its way to the store, the same for create, PUT,
 * every patch and every subresource.
 *
 * <pre>
 * decode · default (the endpoint)
 *   → managed fields → mutating admission
 *   → system fields → strategy.prepare → validate → canonicalize
 *   → validating admission → encode → one optimistic transaction
 * </pre>
 */
public final class ObjectWriter {
    /** Tries for a generated name. Source: {@code registry/generic/registry}, KEP-4420. */
    private static final int NAME_TRIES = 8;

    private static final int CONFLICT_TRIES = 5;
    private static final ObjectNode NOTHING = JsonNodeFactory.instance.objectNode();

    private final AdmissionChain admission;
    private final FieldManagers fieldManagers;
    private final SystemFields systemFields;
    private final InstantSource clock;
    private final Map<GroupResource, SideEffects> sideEffects;

    public ObjectWriter(
            AdmissionChain admission,
            FieldManagers fieldManagers,
            SystemFields systemFields,
            InstantSource clock,
            Map<GroupResource, SideEffects> sideEffects) {
        this.sideEffects = sideEffects;
        this.admission = admission;
        this.fieldManagers = fieldManagers;
        this.systemFields = systemFields;
        this.clock = clock;
    }

    /**
     * How a write ended.
     *
     * @param tree of the storage version; of a dry run it is all there is
     */
    public record Written(ObjectNode tree, Optional<StoredObject> stored, boolean created) {}

    /** Makes the object of a request from the one that is stored, both of the served version. */
    @FunctionalInterface
    public interface Change {
        /**
         * Called again after each conflict.
         *
         * @param existing not to be changed; without fields if there is none
         * @return a new tree, decoded and defaulted
         */
        ObjectNode make(ObjectNode existing);

        /** Whether a uid that the result carries says which object is meant (a PUT), so that another one is a conflict. */
        default boolean namesObject() {
            return false;
        }

        /** Whether the change has set managed fields itself (an apply). */
        default boolean managesFields() {
            return false;
        }
    }

    // ---- create

    /** Stores a new object; {@code served} is decoded and defaulted and is changed. */
    public Written create(Call call, ObjectNode served, WriteOptions options, boolean managesFields) {
        Resource resource = call.resource();
        ObjectNode sent = SystemFields.metadata(served);
        SystemFields.wipe(sent);
        WritePreconditions.matchNamespace(call, sent);
        OwnerReferences.dedup(sent, false).ifPresent(call.warnings()::add);
        if (!managesFields) {
            fieldManagers.update(resource, "", NOTHING, served, options.fieldManager(), clock.instant());
        }
        ObjectNode object = resource.toStorage(served);
        ObjectNode metadata = SystemFields.metadata(object);
        if (managesFields) { // an apply may say which revision it means, of an object that turns out to be new
            metadata.remove("resourceVersion");
        }
        boolean generates = metadata.path("name").asText("").isEmpty();
        admission.admit(admissionRequest(call, Operation.CREATE, shownName(metadata), object, null, options));
        metadata = SystemFields.metadata(object);
        WritePreconditions.matchNamespace(call, metadata);
        OwnerReferences.dedup(metadata, true).ifPresent(call.warnings()::add);
        systemFields.fill(metadata, clock.instant());
        systemFields.generateName(metadata);
        SideEffects.Held held = sideEffects(resource).create(object, options.dryRun());
        Written written;
        try {
            written = storeNew(call, object, options, generates, managesFields);
        } catch (RuntimeException e) {
            held.giveBack();
            throw e;
        }
        held.keep();
        return written;
    }

    /** The name that messages tell before there is one. */
    private static String shownName(ObjectNode metadata) {
        String name = metadata.path("name").asText("");
        return name.isEmpty() ? metadata.path("generateName").asText("Unknown") : name;
    }

    private SideEffects sideEffects(Resource resource) {
        return sideEffects.getOrDefault(resource.groupResource(), SideEffects.NONE);
    }

    /** Tries names until one is free, where the name is the server's to choose. */
    private Written storeNew(
            Call call, ObjectNode object, WriteOptions options, boolean generates, boolean managesFields) {
        Resource resource = call.resource();
        String namespace = call.namespace();
        String base = object.path("metadata").path("generateName").asText("");
        for (int attempt = 1; ; attempt++) {
            ObjectNode candidate = attempt == 1 ? object : object.deepCopy();
            if (attempt > 1) {
                SystemFields.metadata(candidate).put("name", systemFields.generatedName(base));
            }
            candidate = prepareNew(call, candidate, options);
            String name = candidate.path("metadata").path("name").asText("");
            admission.validate(admissionRequest(call, Operation.CREATE, name, candidate, null, options));
            ObjectKey key = resource.key(namespace, name);
            if (options.dryRun()) {
                if (resource.store().get(key).isPresent()) {
                    throw taken(resource, key, generates && !base.isEmpty());
                }
                return new Written(resource.completeStorage(candidate), Optional.empty(), true);
            }
            WritePreconditions.checkUnversioned(candidate.path("metadata"));
            long seconds = resource.strategy().timeToLiveSeconds();
            WriteResult result = LargeObject.write(
                    resource,
                    candidate,
                    resource.encode(candidate),
                    managesFields,
                    encoded -> resource.store().create(key, encoded, seconds));
            switch (result) {
                case WriteResult.Done done -> {
                    return new Written(candidate, Optional.of(done.object()), true);
                }
                case WriteResult.Exists exists -> {
                    boolean again = generates && !base.isEmpty();
                    if (!again || attempt >= NAME_TRIES) {
                        throw taken(resource, key, again);
                    }
                }
                case WriteResult.Conflict conflict -> throw ApiException.modified(resource.groupResource(), name);
                case WriteResult.Missing missing -> throw ApiException.notFound(resource.groupResource(), name);
            }
        }
    }

    /** @param generated the name was the server's to choose */
    private static ApiException taken(Resource resource, ObjectKey key, boolean generated) {
        GroupResource kind = resource.groupResource();
        if (generated) {
            return ApiException.withDetails(
                            Reason.ALREADY_EXISTS,
                            kind + " " + FieldErrors.quote(key.name())
                                    + " already exists, the server was not able to generate a unique name for the object",
                            ApiException.details(kind.group(), kind.resource(), key.name()))
                    .retryAfter(1);
        }
        boolean deleting = resource.store()
                .get(key)
                .map(resource::tree)
                .map(o -> o.path("metadata").has("deletionTimestamp"))
                .orElse(false);
        return deleting ? ApiException.beingDeleted(kind, key.name()) : ApiException.alreadyExists(kind, key.name());
    }

    private ObjectNode prepareNew(Call call, ObjectNode object, WriteOptions options) {
        Resource resource = call.resource();
        Strategy strategy = resource.strategy();
        RequestContext context = context(call, options);
        SystemFields.firstGeneration(object, strategy);
        strategy.prepareForCreate(object, context);
        FieldErrors errors = new FieldErrors();
        JsonNode metadata = object.path("metadata");
        ObjectMetaValidation.validateNew(metadata, resource.definition().namespaced(), strategy, errors);
        strategy.validate(object, errors);
        if (!errors.isEmpty()) {
            throw invalid(resource, object, errors);
        }
        errors.warnings().forEach(call.warnings()::add);
        strategy.warnings(object).forEach(call.warnings()::add);
        strategy.canonicalize(object);
        return resource.encodable(object);
    }

    private static ApiException invalid(Resource resource, ObjectNode object, FieldErrors errors) {
        boolean custom = resource.definition().custom(); // may say that it is of another kind: that is wrong with it
        return ApiException.invalid(
                resource.storageKind().group(),
                custom ? object.path("kind").asText() : resource.storageKind().kind(),
                object.path("metadata").path("name").asText(""),
                errors.list());
    }

    // ---- update

    /**
     * Changes the object named in the request.
     *
     * @param mayCreate a missing object is created
     */
    public Written update(Call call, Change change, WriteOptions options, boolean mayCreate) {
        Resource resource = call.resource();
        ObjectKey key = resource.key(call.namespace(), call.name());
        for (int attempt = 1; ; attempt++) {
            Optional<StoredObject> stored = resource.store().get(key);
            if (stored.isEmpty()) {
                if (!mayCreate) {
                    throw ApiException.notFound(resource.groupResource(), call.name());
                }
                ObjectNode fresh = change.make(NOTHING);
                return create(call, fresh, options, change.managesFields());
            }
            Optional<Written> written = tryUpdate(call, stored.get(), change, options, attempt);
            if (written.isPresent()) {
                return written.get();
            }
        }
    }

    private Optional<Written> tryUpdate(
            Call call, StoredObject stored, Change change, WriteOptions options, int attempt) {
        Resource resource = call.resource();
        ObjectNode existing = resource.copy(stored); // read once: not worth to be kept
        ObjectNode existingServed = resource.fromStorage(existing);
        ObjectNode served = change.make(existingServed);
        if (!change.managesFields()) {
            fieldManagers.update(
                    resource, call.subresource(), existingServed, served, options.fieldManager(), clock.instant());
        }
        ObjectNode object = resource.toStorage(served);
        ObjectNode metadata = SystemFields.metadata(object);
        WritePreconditions.matchNamespace(call, metadata);
        if (change.namesObject()) {
            WritePreconditions.checkUid(call, metadata, existing, options.dryRun());
        }
        // a patched object carries the revision that it was made from: a lost race makes it again
        boolean conditional = WritePreconditions.checkRevision(call, metadata, stored) && change.namesObject();
        admission.admit(admissionRequest(call, Operation.UPDATE, call.name(), object, existing, options));
        WritePreconditions.matchNamespace(call, SystemFields.metadata(object));
        OwnerReferences.dedup(SystemFields.metadata(object), true).ifPresent(call.warnings()::add);
        SideEffects.Held held = sideEffects(resource).update(object, existing, options.dryRun());
        boolean keep = false;
        try {
            Optional<Written> written =
                    storeChanged(call, object, existing, stored, options, conditional, change.managesFields(), attempt);
            keep = written.isPresent();
            return written;
        } finally {
            if (keep) {
                held.keep();
            } else {
                held.giveBack();
            }
        }
    }

    private Optional<Written> storeChanged(
            Call call,
            ObjectNode object,
            ObjectNode existing,
            StoredObject stored,
            WriteOptions options,
            boolean conditional,
            boolean managesFields,
            int attempt) {
        Resource resource = call.resource();
        ObjectNode ready = prepareChanged(call, object, existing, options);
        admission.validate(admissionRequest(call, Operation.UPDATE, call.name(), ready, existing, options));
        EncodedObject encoded = resource.encode(ready);
        if (resource.store().isStored(encoded, stored) || onlyTimesDiffer(resource, ready, existing, encoded, stored)) {
            return Optional.of(new Written(existing, Optional.of(stored), false));
        }
        if (options.dryRun()) {
            return Optional.of(new Written(resource.completeStorage(ready), Optional.empty(), false));
        }
        WriteResult result = finished(ready, resource.strategy())
                ? resource.store().delete(stored.key(), stored.revision())
                : changed(resource, ready, encoded, stored, managesFields);
        return switch (result) {
            case WriteResult.Done done
            when finished(ready, resource.strategy()) ->
                Optional.of(new Written(resource.completeStorage(ready), Optional.empty(), false));
            case WriteResult.Done done -> Optional.of(new Written(ready, Optional.of(done.object()), false));
            case WriteResult.Missing missing -> throw ApiException.notFound(resource.groupResource(), call.name());
            case WriteResult.Exists exists -> throw new IllegalStateException("an update can't find a new object");
            case WriteResult.Conflict conflict -> {
                if (conditional || attempt >= CONFLICT_TRIES) {
                    throw ApiException.modified(resource.groupResource(), call.name());
                }
                yield Optional.empty();
            }
        };
    }

    private static WriteResult changed(
            Resource resource, ObjectNode ready, EncodedObject encoded, StoredObject stored, boolean managesFields) {
        long seconds = resource.strategy().timeToLiveSeconds();
        return LargeObject.write(
                resource,
                ready,
                encoded,
                managesFields,
                fitting -> resource.store().update(stored.key(), stored.revision(), fitting, seconds));
    }

    private static boolean onlyTimesDiffer(
            Resource resource, ObjectNode ready, ObjectNode existing, EncodedObject encoded, StoredObject stored) {
        return (!resource.servedAsStored() || ManagedTimes.mayDifferAlone(encoded, stored))
                && ManagedTimes.onlyTheyDiffer(
                        ready, existing, r -> resource.store().isStored(resource.encode(r), stored));
    }

    /** Whether a deletion that waited for this update is complete with it. */
    private static boolean finished(ObjectNode object, Strategy strategy) {
        JsonNode metadata = object.path("metadata");
        return metadata.has("deletionTimestamp")
                && metadata.path("finalizers").isEmpty()
                && metadata.path("deletionGracePeriodSeconds").asLong(0) == 0
                && !strategy.holdsDeletion(object);
    }

    private ObjectNode prepareChanged(Call call, ObjectNode object, ObjectNode existing, WriteOptions options) {
        Resource resource = call.resource();
        Strategy strategy = resource.strategy();
        ObjectNode metadata = SystemFields.metadata(object);
        JsonNode before = existing.path("metadata");
        if (before.has("generation")) {
            metadata.set("generation", before.get("generation"));
        } else {
            metadata.remove("generation");
        }
        strategy.prepareForUpdate(object, existing, context(call, options));
        if (!call.subresource().equals("status")) {
            SystemFields.nextGeneration(object, existing, strategy);
        }
        metadata = SystemFields.metadata(object);
        SystemFields.keepSystemFields(metadata, before);
        FieldErrors errors = new FieldErrors();
        ObjectMetaValidation.validateUpdate(
                metadata, before, resource.definition().namespaced(), strategy, call.subresource(), errors);
        switch (call.subresource()) {
            case "" -> strategy.validateUpdate(object, existing, errors);
            case "status" -> strategy.validateStatusUpdate(object, existing, errors);
            default -> strategy.validateSubresourceUpdate(call.subresource(), object, existing, errors);
        }
        errors.warnings().forEach(call.warnings()::add);
        if (!errors.isEmpty()) {
            throw invalid(resource, object, errors);
        }
        if (call.subresource().isEmpty()) {
            strategy.updateWarnings(object, existing).forEach(call.warnings()::add);
        }
        strategy.canonicalize(object);
        return resource.encodable(object);
    }

    // ---- both

    private static AdmissionRequest admissionRequest(
            Call call,
            Operation operation,
            String name,
            ObjectNode object,
            @org.jspecify.annotations.Nullable ObjectNode old,
            WriteOptions options) {
        return new AdmissionRequest(
                operation,
                call.resource(),
                call.subresource(),
                call.namespace(),
                name,
                Optional.of(object),
                Optional.ofNullable(old),
                call.user(),
                options.dryRun(),
                options.tree(operation == Operation.CREATE ? WriteOptions.Kind.CREATE : WriteOptions.Kind.UPDATE),
                new Rounds(),
                call.warnings()::add);
    }

    private RequestContext context(Call call, WriteOptions options) {
        return new RequestContext(
                call.subresource(),
                call.user().name(),
                call.user().groups(),
                call.user().extra(),
                call.user().uid(),
                options.dryRun(),
                clock.instant(),
                call.warnings()::add);
    }
}
