package io.kybern.apiserver.customresource;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.loopback.Loopback;
import io.kybern.apiserver.registry.Resource;
import io.kybern.apiserver.registry.ResourceRegistry;
import io.kybern.apiserver.storage.Everything;
import io.kybern.apiserver.storage.ObjectKey;
import io.kybern.apiserver.storage.ResourceStore;
import io.kybern.apiserver.storage.ResourceStore.SlowConsumerException;
import io.kybern.apiserver.storage.ResourceStore.Snapshot;
import io.kybern.apiserver.storage.ResourceStore.Subscription;
import io.kybern.apiserver.storage.StoredObject;
import io.kybern.crd.definition.DefinitionStatus;
import io.kybern.crd.resource.GroupResource;
import io.kybern.crd.resource.ResourceDefinition;
import java.lang.System.Logger.Level;
import java.time.InstantSource;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;

/**
 * Deletes the objects of a definition that is being deleted, waits until their finalizers have let them go, and then lets
 * the definition go. A virtual thread for each such definition.
 *
 * <p>Source of conditions: {@code crd_finalizer.go} of apiextensions-apiserver.
 */
final class InstanceCleanup implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(InstanceCleanup.class.getName());
    private static final int BATCH = 128;

    private final ResourceRegistry registry;
    private final Loopback loopback;
    private final DefinitionWriter writer;
    private final InstantSource clock;
    /** By uid of the definition. */
    private final Map<String, Thread> running = new ConcurrentHashMap<>();

    InstanceCleanup(ResourceRegistry registry, Loopback loopback, DefinitionWriter writer, InstantSource clock) {
        this.registry = registry;
        this.loopback = loopback;
        this.writer = writer;
        this.clock = clock;
    }

    /** Begins unless it has, or there is nothing to do. */
    void begin(ObjectNode definition) {
        String uid = definition.path("metadata").path("uid").asText();
        if (isDue(definition)) {
            running.computeIfAbsent(
                    uid,
                    u -> Thread.ofVirtual()
                            .name("custom-resource-cleanup")
                            .start(() -> run(definition.deepCopy(), uid)));
        }
    }

    /** Whether the definition waits for its objects to go. */
    static boolean isDue(ObjectNode definition) {
        for (JsonNode finalizer : definition.path("metadata").path("finalizers")) {
            if (finalizer.asText().equals(DefinitionStatus.CLEANUP_FINALIZER)) {
                return true;
            }
        }
        return false;
    }

    private void run(ObjectNode definition, String uid) {
        String name = definition.path("metadata").path("name").asText();
        try {
            Outcome outcome = clean(definition, name, uid);
            writer.change(name, uid, current -> {
                condition(current, false, outcome.reason(), outcome.message());
                removeFinalizer(current);
            });
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // the server closes: the next one goes on
        } catch (RuntimeException e) {
            LOG.log(Level.WARNING, "can't clean up behind " + name, e);
            writer.change(
                    name,
                    uid,
                    current -> condition(
                            current, true, "InstanceDeletionFailed", "could not issue all deletes: " + e.getMessage()));
        } finally {
            running.remove(uid);
        }
    }

    private record Outcome(String reason, String message) {}

    private Outcome clean(ObjectNode definition, String name, String uid) throws InterruptedException {
        GroupResource resource = StoredDefinition.resource(definition);
        Optional<Resource> instances =
                registry.stored(resource).filter(r -> r.definition().custom());
        if (!DefinitionStatus.isServed(definition)) {
            return new Outcome("NeverEstablished", "resource was never established");
        }
        if (instances.isEmpty()) {
            return new Outcome("OverlappingBuiltInResource", "instances overlap with built-in resources in storage");
        }
        writer.change(
                name,
                uid,
                current -> condition(
                        current, true, "InstanceDeletionInProgress", "CustomResource deletion is in progress"));
        deleteAll(instances.get());
        awaitNone(resource);
        return new Outcome("InstanceDeletionCompleted", "removed all instances");
    }

    private void deleteAll(Resource instances) {
        ResourceDefinition definition = instances.definition();
        Optional<ResourceDefinition.Version> served = definition.versions().stream()
                .filter(ResourceDefinition.Version::served)
                .findFirst();
        Snapshot snapshot = instances.store().snapshot();
        for (Iterator<StoredObject> all = snapshot.iterate("", new ObjectKey("", "")); all.hasNext(); ) {
            StoredObject object = all.next();
            if (served.isPresent()) {
                String apiVersion = definition.kind(served.get()).apiVersion();
                loopback.delete(reference(apiVersion, definition.names().kind(), object.key()));
            } else { // no endpoint can delete it, nor release its finalizers
                instances.store().delete(object.key(), object.revision());
            }
        }
    }

    private static ObjectNode reference(String apiVersion, String kind, ObjectKey key) {
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        object.put("apiVersion", apiVersion).put("kind", kind);
        object.putObject("metadata").put("namespace", key.namespace()).put("name", key.name());
        return object;
    }

    /** Returns when no object is left, or when the resource is no longer served by this server. */
    private void awaitNone(GroupResource resource) throws InterruptedException {
        Optional<Resource> instances = registry.stored(resource);
        while (instances.isPresent() && !isEmptied(instances.get().store())) {
            instances = registry.stored(resource); // it is served anew, as the definition was changed
        }
    }

    /** False if the watch was lost. */
    private static boolean isEmptied(ResourceStore store) throws InterruptedException {
        Semaphore available = new Semaphore(0);
        Snapshot snapshot = store.snapshot();
        try (Subscription changes = store.watch(snapshot.revision(), Everything.FILTER, available::release)) {
            while (store.snapshot().count("") > 0) {
                while (changes.poll(BATCH).isEmpty()) {
                    available.acquire();
                }
            }
            return true;
        } catch (SlowConsumerException e) {
            return false;
        }
    }

    private void condition(ObjectNode definition, boolean value, String reason, String message) {
        DefinitionStatus.setCondition(
                definition.withObjectProperty("status"), "Terminating", value, reason, message, clock.instant());
    }

    private static void removeFinalizer(ObjectNode definition) {
        if (definition.path("metadata").path("finalizers") instanceof ArrayNode list) {
            for (int i = list.size() - 1; i >= 0; i--) {
                if (list.get(i).asText().equals(DefinitionStatus.CLEANUP_FINALIZER)) {
                    list.remove(i);
                }
            }
        }
    }

    @Override
    public void close() {
        running.values().forEach(Thread::interrupt);
    }
}
