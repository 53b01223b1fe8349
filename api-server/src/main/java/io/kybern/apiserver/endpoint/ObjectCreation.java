package io.kybern.apiserver.endpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.admission.AdmissionRequest.Operation;
import io.kybern.apiserver.endpoint.ObjectWriter.Written;
import io.kybern.apiserver.error.ApiException;
import io.kybern.apiserver.error.Reason;
import io.kybern.apiserver.metadata.ObjectMetaValidation;
import io.kybern.apiserver.metadata.OwnerReferences;
import io.kybern.apiserver.metadata.SystemFields;
import io.kybern.apiserver.registry.Resource;
import io.kybern.apiserver.storage.ObjectKey;
import io.kybern.apiserver.storage.ResourceStore.WriteResult;
import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.resource.GroupResource;
import io.kybern.crd.resource.RequestContext;
import io.kybern.crd.resource.Strategy;
import java.util.Optional;

/** Stores new objects. */
final class ObjectCreation {
    /** Tries for a generated name. Source: {@code registry/generic/registry}, KEP-4420. */
    private static final int NAME_TRIES = 8;

    private final WriteSteps steps;

    ObjectCreation(WriteSteps steps) {
        this.steps = steps;
    }

    /** Stores a new object; {@code served} is decoded and defaulted and is changed. */
    Written create(Call call, ObjectNode served, WriteOptions options, boolean managesFields) {
        Resource resource = call.resource();
        ObjectNode sent = SystemFields.metadata(served);
        SystemFields.wipe(sent);
        WritePreconditions.matchNamespace(call, sent);
        OwnerReferences.dedup(sent, false).ifPresent(call.warnings()::add);
        if (!managesFields) {
            steps.fieldManagers()
                    .update(
                            resource,
                            "",
                            ObjectWriter.NOTHING,
                            served,
                            options.fieldManager(),
                            steps.clock().instant());
        }
        ObjectNode object = resource.toStorage(served);
        ObjectNode metadata = SystemFields.metadata(object);
        if (managesFields) { // an apply may say which revision it means, of an object that turns out to be new
            metadata.remove("resourceVersion");
        }
        boolean generates = metadata.path("name").asText("").isEmpty();
        steps.admission()
                .admit(WriteSteps.admissionRequest(call, Operation.CREATE, shownName(metadata), object, null, options));
        metadata = SystemFields.metadata(object);
        WritePreconditions.matchNamespace(call, metadata);
        OwnerReferences.dedup(metadata, true).ifPresent(call.warnings()::add);
        steps.systemFields().fill(metadata, steps.clock().instant());
        steps.systemFields().generateName(metadata);
        SideEffects.Held held = steps.sideEffects(resource).create(object, options.dryRun());
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

    /** Tries names until one is free, where the name is the server's to choose. */
    private Written storeNew(
            Call call, ObjectNode object, WriteOptions options, boolean generates, boolean managesFields) {
        Resource resource = call.resource();
        String namespace = call.namespace();
        String base = object.path("metadata").path("generateName").asText("");
        for (int attempt = 1; ; attempt++) {
            ObjectNode candidate = attempt == 1 ? object : object.deepCopy();
            if (attempt > 1) {
                SystemFields.metadata(candidate)
                        .put("name", steps.systemFields().generatedName(base));
            }
            candidate = prepareNew(call, candidate, options);
            String name = candidate.path("metadata").path("name").asText("");
            steps.admission()
                    .validate(WriteSteps.admissionRequest(call, Operation.CREATE, name, candidate, null, options));
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
        RequestContext context = steps.context(call, options);
        SystemFields.firstGeneration(object, strategy);
        strategy.prepareForCreate(object, context);
        FieldErrors errors = new FieldErrors();
        JsonNode metadata = object.path("metadata");
        ObjectMetaValidation.validateNew(metadata, resource.definition().namespaced(), strategy, errors);
        strategy.validate(object, errors);
        if (!errors.isEmpty()) {
            throw WriteSteps.invalid(resource, object, errors);
        }
        errors.warnings().forEach(call.warnings()::add);
        strategy.warnings(object).forEach(call.warnings()::add);
        strategy.canonicalize(object);
        return resource.encodable(object);
    }
}
