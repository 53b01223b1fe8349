package io.kybern.apiserver.endpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.admission.AdmissionRequest.Operation;
import io.kybern.apiserver.endpoint.ObjectWriter.Change;
import io.kybern.apiserver.endpoint.ObjectWriter.Written;
import io.kybern.apiserver.error.ApiException;
import io.kybern.apiserver.metadata.ObjectMetaValidation;
import io.kybern.apiserver.metadata.OwnerReferences;
import io.kybern.apiserver.metadata.SystemFields;
import io.kybern.apiserver.registry.Resource;
import io.kybern.apiserver.storage.EncodedObject;
import io.kybern.apiserver.storage.ObjectKey;
import io.kybern.apiserver.storage.ResourceStore.WriteResult;
import io.kybern.apiserver.storage.StoredObject;
import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.resource.Strategy;
import java.util.Optional;

/** Changes stored objects; one that is missing is created where that is wanted. */
final class ObjectUpdate {
    private static final int CONFLICT_TRIES = 5;

    private final WriteSteps steps;
    private final ObjectCreation creation;

    ObjectUpdate(WriteSteps steps, ObjectCreation creation) {
        this.steps = steps;
        this.creation = creation;
    }

    /**
     * Changes the object named in the request.
     *
     * @param mayCreate a missing object is created
     */
    Written update(Call call, Change change, WriteOptions options, boolean mayCreate) {
        Resource resource = call.resource();
        ObjectKey key = resource.key(call.namespace(), call.name());
        for (int attempt = 1; ; attempt++) {
            Optional<StoredObject> stored = resource.store().get(key);
            if (stored.isEmpty()) {
                if (!mayCreate) {
                    throw ApiException.notFound(resource.groupResource(), call.name());
                }
                ObjectNode fresh = change.make(ObjectWriter.NOTHING);
                return creation.create(call, fresh, options, change.managesFields());
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
            steps.fieldManagers()
                    .update(
                            resource,
                            call.subresource(),
                            existingServed,
                            served,
                            options.fieldManager(),
                            steps.clock().instant());
        }
        ObjectNode object = resource.toStorage(served);
        ObjectNode metadata = SystemFields.metadata(object);
        WritePreconditions.matchNamespace(call, metadata);
        if (change.namesObject()) {
            WritePreconditions.checkUid(call, metadata, existing, options.dryRun());
        }
        // a patched object carries the revision that it was made from: a lost race makes it again
        boolean conditional = WritePreconditions.checkRevision(call, metadata, stored) && change.namesObject();
        steps.admission()
                .admit(WriteSteps.admissionRequest(call, Operation.UPDATE, call.name(), object, existing, options));
        WritePreconditions.matchNamespace(call, SystemFields.metadata(object));
        OwnerReferences.dedup(SystemFields.metadata(object), true).ifPresent(call.warnings()::add);
        SideEffects.Held held = steps.sideEffects(resource).update(object, existing, options.dryRun());
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
        steps.admission()
                .validate(WriteSteps.admissionRequest(call, Operation.UPDATE, call.name(), ready, existing, options));
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
        strategy.prepareForUpdate(object, existing, steps.context(call, options));
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
            throw WriteSteps.invalid(resource, object, errors);
        }
        if (call.subresource().isEmpty()) {
            strategy.updateWarnings(object, existing).forEach(call.warnings()::add);
        }
        strategy.canonicalize(object);
        return resource.encodable(object);
    }
}
