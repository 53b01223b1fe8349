package io.kybern.apiserver.endpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.admission.AdmissionChain;
import io.kybern.apiserver.admission.AdmissionRequest;
import io.kybern.apiserver.admission.Rounds;
import io.kybern.apiserver.error.ApiException;
import io.kybern.apiserver.metadata.SystemFields;
import io.kybern.apiserver.registry.Resource;
import io.kybern.apiserver.storage.ResourceStore.WriteResult;
import io.kybern.apiserver.storage.StoredObject;
import io.kybern.crd.resource.GroupResource;
import io.kybern.crd.resource.Strategy;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Deletes one object, now or by marking it: grace periods (pods), finalizers, propagation policies. What is to happen is
 * decided by {@link #plan} from the object and the options alone.
 */
public final class ObjectDeleter {
    private static final String ORPHAN = "orphan";
    private static final String FOREGROUND = "foregroundDeletion";

    private final AdmissionChain admission;
    private final InstantSource clock;

    private final Map<GroupResource, SideEffects> sideEffects;

    public ObjectDeleter(AdmissionChain admission, InstantSource clock, Map<GroupResource, SideEffects> sideEffects) {
        this.sideEffects = sideEffects;
        this.admission = admission;
        this.clock = clock;
    }

    /** What a deletion has come to. The trees are of the storage version. */
    public sealed interface Deleted {
        ObjectNode tree();

        /** The object is gone. */
        record Gone(ObjectNode tree) implements Deleted {}

        /** The object is marked and stays until its finalizers or its grace period let it go. */
        record Pending(ObjectNode tree, Optional<StoredObject> stored) implements Deleted {}
    }

    /** What to do with an object. */
    private sealed interface Plan {
        /** Remove it; {@code tree} is its last state. */
        record Remove(ObjectNode tree) implements Plan {}

        /** Store it as being deleted. */
        record Mark(ObjectNode tree) implements Plan {}

        /** It is being deleted already, and no faster now. */
        record Leave() implements Plan {}
    }

    public Deleted delete(Call call, StoredObject first, DeleteOptions options) {
        Resource resource = call.resource();
        StoredObject stored = first;
        while (true) {
            ObjectNode existing = resource.tree(stored);
            checkPreconditions(resource, call, existing, options);
            AdmissionRequest request = new AdmissionRequest(
                    AdmissionRequest.Operation.DELETE,
                    resource,
                    call.subresource(),
                    stored.key().namespace(),
                    stored.key().name(),
                    Optional.empty(),
                    Optional.of(existing),
                    call.user(),
                    options.dryRun(),
                    options.tree(),
                    new Rounds(),
                    call.warnings()::add);
            admission.admit(request);
            admission.validate(request);
            Plan plan = plan(existing.deepCopy(), options, resource.strategy(), clock.instant());
            Optional<Deleted> done = carryOut(call, stored, plan, options);
            if (done.isPresent()) {
                return done.get();
            }
            stored = resource.store()
                    .get(stored.key())
                    .orElseThrow(() -> ApiException.notFound(
                            resource.groupResource(), first.key().name()));
        }
    }

    private Optional<Deleted> carryOut(Call call, StoredObject stored, Plan plan, DeleteOptions options) {
        Resource resource = call.resource();
        switch (plan) {
            case Plan.Leave leave -> {
                return Optional.of(new Deleted.Pending(resource.tree(stored), Optional.of(stored)));
            }
            case Plan.Mark(ObjectNode tree) -> {
                ObjectNode complete = resource.completeStorage(tree);
                if (options.dryRun()) {
                    return Optional.of(new Deleted.Pending(complete, Optional.empty()));
                }
                WriteResult result = resource.store()
                        .update(
                                stored.key(),
                                stored.revision(),
                                resource.encode(complete),
                                resource.strategy().timeToLiveSeconds());
                return result instanceof WriteResult.Done done
                        ? Optional.of(new Deleted.Pending(resource.tree(done.object()), Optional.of(done.object())))
                        : missingOrAgain(result, resource, call);
            }
            case Plan.Remove(ObjectNode tree) -> {
                if (options.dryRun()) {
                    return Optional.of(new Deleted.Gone(tree));
                }
                WriteResult result = resource.store().delete(stored.key(), stored.revision());
                if (result instanceof WriteResult.Done done) {
                    sideEffects
                            .getOrDefault(resource.groupResource(), SideEffects.NONE)
                            .deleted(tree);
                    SystemFields.metadata(tree)
                            .put("resourceVersion", done.object().revision().toString());
                    return Optional.of(new Deleted.Gone(tree));
                }
                return missingOrAgain(result, resource, call);
            }
        }
    }

    private static Optional<Deleted> missingOrAgain(WriteResult result, Resource resource, Call call) {
        if (result instanceof WriteResult.Missing) {
            throw ApiException.notFound(resource.groupResource(), call.name());
        }
        return Optional.empty();
    }

    /** Refuses when the object is not the one meant. The original names the kind here, not the resource. */
    private static void checkPreconditions(Resource resource, Call call, ObjectNode existing, DeleteOptions options) {
        JsonNode metadata = existing.path("metadata");
        if (resource.strategy().deletesInStages()) {
            checkStaged(resource, metadata, options);
        }
        GroupResource kind = new GroupResource(
                resource.storageKind().group(), resource.storageKind().kind());
        String uid = metadata.path("uid").asText("");
        String name = metadata.path("name").asText("");
        if (options.uid().isPresent() && !options.uid().get().equals(uid)) {
            throw ApiException.conflict(
                    kind,
                    name,
                    "the UID in the precondition (" + options.uid().get() + ") does not match the UID in record (" + uid
                            + "). The object might have been deleted and then recreated");
        }
        String version = metadata.path("resourceVersion").asText("");
        if (options.resourceVersion().isPresent()
                && !options.resourceVersion().get().equals(version)) {
            throw ApiException.conflict(
                    kind,
                    name,
                    "the ResourceVersion in the precondition ("
                            + options.resourceVersion().get() + ") does not match the ResourceVersion in record ("
                            + version + "). The object might have been modified");
        }
    }

    /** The same for kinds whose own deletion comes before the common one. */
    private static void checkStaged(Resource resource, JsonNode metadata, DeleteOptions options) {
        checkStaged(resource, metadata, "UID", "uid", options.uid());
        checkStaged(resource, metadata, "ResourceVersion", "resourceVersion", options.resourceVersion());
    }

    private static void checkStaged(
            Resource resource, JsonNode metadata, String what, String field, Optional<String> wanted) {
        String actual = metadata.path(field).asText("");
        if (wanted.isPresent() && !wanted.get().equals(actual)) {
            throw ApiException.conflict(
                    resource.groupResource(),
                    metadata.path("name").asText(""),
                    "Precondition failed: " + what + " in precondition: " + wanted.get() + ", " + what
                            + " in object meta: " + actual);
        }
    }

    private static Plan plan(ObjectNode object, DeleteOptions options, Strategy strategy, Instant now) {
        ObjectNode metadata = SystemFields.metadata(object);
        boolean deleting = metadata.has("deletionTimestamp");
        boolean finalizersChanged = setFinalizers(metadata, finalizers(metadata, options, strategy));
        boolean held = !metadata.path("finalizers").isEmpty() || strategy.holdsDeletion(object);
        if (deleting) {
            return shorten(object, metadata, options, held, finalizersChanged, now);
        }
        if (strategy.deletesInStages()) {
            metadata.put("deletionTimestamp", SystemFields.time(now));
            strategy.deletionBegins(object);
            return new Plan.Mark(object);
        }
        if (strategy.deletesGracefully(object)) {
            long grace = options.gracePeriodSeconds()
                    .map(g -> g < 0 ? 1 : g)
                    .orElseGet(() -> strategy.defaultGracePeriodSeconds(object));
            begin(object, metadata, grace, strategy, now);
            return grace == 0 && !held ? new Plan.Remove(object) : new Plan.Mark(object);
        }
        if (held) {
            begin(object, metadata, 0, strategy, now);
            return new Plan.Mark(object);
        }
        if (strategy.defaultGracePeriodSeconds(object) > 0) {
            begin(object, metadata, 0, strategy, now);
        }
        return new Plan.Remove(object);
    }

    /** A second deletion may only make the first one faster. */
    private static Plan shorten(
            ObjectNode object,
            ObjectNode metadata,
            DeleteOptions options,
            boolean held,
            boolean finalizersChanged,
            Instant now) {
        long left = metadata.path("deletionGracePeriodSeconds").asLong(0);
        if (!held && left == 0) {
            return new Plan.Remove(object);
        }
        long grace = options.gracePeriodSeconds().map(g -> g < 0 ? 1 : g).orElse(left);
        if (grace < left) {
            Instant started =
                    Instant.parse(metadata.path("deletionTimestamp").asText()).minusSeconds(left);
            boolean over = started.plusSeconds(grace).isBefore(now);
            metadata.put("deletionTimestamp", SystemFields.time(over ? now : started.plusSeconds(grace)));
            // Who stops it still has to see that it is time, and to delete it then.
            metadata.put("deletionGracePeriodSeconds", over && grace > 0 ? 1 : grace);
            return grace == 0 && !held ? new Plan.Remove(object) : new Plan.Mark(object);
        }
        return finalizersChanged ? new Plan.Mark(object) : new Plan.Leave();
    }

    private static void begin(ObjectNode object, ObjectNode metadata, long grace, Strategy strategy, Instant now) {
        metadata.put("deletionTimestamp", SystemFields.time(now.plusSeconds(grace)));
        metadata.put("deletionGracePeriodSeconds", grace);
        long generation = metadata.path("generation").asLong(0);
        if (generation > 0) {
            metadata.put("generation", generation + 1);
        }
        strategy.deletionBegins(object);
    }

    /** The finalizers that the propagation policy asks for. */
    private static List<String> finalizers(ObjectNode metadata, DeleteOptions options, Strategy strategy) {
        List<String> names = new ArrayList<>();
        metadata.path("finalizers").forEach(f -> names.add(f.asText()));
        boolean orphan = options.orphanDependents()
                .orElseGet(() -> options.propagation()
                        .map(p -> p.equals("Orphan"))
                        .orElseGet(() ->
                                names.contains(ORPHAN) || strategy.orphansByDefault() && !names.contains(FOREGROUND)));
        boolean foreground = !orphan
                && options.orphanDependents().isEmpty()
                && options.propagation().map(p -> p.equals("Foreground")).orElse(names.contains(FOREGROUND));
        names.removeIf(n -> n.equals(ORPHAN) && !orphan || n.equals(FOREGROUND) && !foreground);
        if (orphan && !names.contains(ORPHAN)) {
            names.add(ORPHAN);
        }
        if (foreground && !names.contains(FOREGROUND)) {
            names.add(FOREGROUND);
        }
        return names;
    }

    private static boolean setFinalizers(ObjectNode metadata, List<String> names) {
        List<String> before = new ArrayList<>();
        metadata.path("finalizers").forEach(f -> before.add(f.asText()));
        if (before.equals(names)) {
            return false;
        }
        if (names.isEmpty()) {
            metadata.remove("finalizers");
        } else {
            ArrayNode list = metadata.putArray("finalizers");
            names.forEach(list::add);
        }
        return true;
    }
}
