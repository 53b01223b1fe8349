package io.kybern.apiserver.customresource;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.conversion.VersionConversion;
import io.kybern.apiserver.conversion.WebhookConversion;
import io.kybern.apiserver.loopback.Loopback;
import io.kybern.apiserver.registry.Resource;
import io.kybern.apiserver.registry.ResourceRegistry;
import io.kybern.apiserver.storage.Everything;
import io.kybern.apiserver.storage.ObjectKey;
import io.kybern.apiserver.storage.ResourceStore;
import io.kybern.apiserver.storage.ResourceStore.Change;
import io.kybern.apiserver.storage.ResourceStore.SlowConsumerException;
import io.kybern.apiserver.storage.ResourceStore.Snapshot;
import io.kybern.apiserver.storage.ResourceStore.Subscription;
import io.kybern.apiserver.storage.StoredObject;
import io.kybern.apiserver.webhook.HookTransport;
import io.kybern.crd.cel.rule.CelRules;
import io.kybern.crd.definition.CustomDefinition;
import io.kybern.crd.definition.DefinitionStatus;
import io.kybern.crd.resource.GroupResource;
import java.lang.System.Logger.Level;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * Has the kinds of CustomResourceDefinitions served. It follows their cache on one virtual thread: each change is looked at
 * in order, so a definition that was created is served, and then said to be {@code Established}, within the time of one
 * write; a client that waits for the condition finds the kind.
 *
 * <pre>
 * created ──names free──► served ──► status: NamesAccepted, Established
 *    │
 *    └──names taken──► status: not accepted; looked at again when a definition of the group lets go of names
 *
 * deleted ──► Terminating: creations refused ──► {@link InstanceCleanup} ──► finalizer removed ──► gone: no longer served
 * </pre>
 */
public final class DefinitionController implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(DefinitionController.class.getName());
    private static final GroupResource DEFINITIONS =
            new GroupResource("apiextensions.k8s.io", "customresourcedefinitions");
    private static final int BATCH = 64;

    /** What a definition is served as: while it is the same, there is nothing to do. */
    private record Served(GroupResource resource, String uid, long generation, JsonNode names) {}

    /**
     * What is remembered of a definition.
     *
     * @param outline the names of the definition and its status
     * @param schemas what {@code served} reads its schemas from
     */
    private record Known(ObjectNode outline, Optional<Served> served, StoredDefinition schemas) {
        String group() {
            return outline.path("spec").path("group").asText();
        }

        boolean waitsForNames() {
            return !DefinitionStatus.isTrue(outline, "NamesAccepted");
        }
    }

    private final ResourceRegistry registry;
    private final DefinitionWriter writer;
    private final InstanceCleanup cleanup;
    private final ResourceStore store;
    private final CelRules rules;
    private final HookTransport hooks;
    private final InstantSource clock;
    private final Semaphore available = new Semaphore(0);
    private final Set<GroupResource> terminating = ConcurrentHashMap.newKeySet();

    /** Confined to the thread that starts, then to the one that follows. */
    private final Map<String, Known> known = new HashMap<>();

    /** The same by group, since names are taken within one. */
    private final Map<String, Map<String, Known>> byGroup = new HashMap<>();

    private @Nullable Subscription subscription;
    private @Nullable Thread follower;
    private volatile boolean closed;

    public DefinitionController(
            ResourceRegistry registry, Loopback loopback, CelRules rules, HookTransport hooks, InstantSource clock) {
        Resource definitions = registry.stored(DEFINITIONS).orElseThrow();
        this.registry = registry;
        this.store = definitions.store();
        this.writer = new DefinitionWriter(definitions, loopback);
        this.cleanup = new InstanceCleanup(registry, loopback, writer, clock);
        this.rules = rules;
        this.hooks = hooks;
        this.clock = clock;
    }

    /** Returns when everything that is defined is served; blocks. */
    public void start() {
        subscription = lookAtAll();
        follower = Thread.ofVirtual().name("custom-resource-definitions").start(this::follow);
    }

    /** Whether objects of a kind may no longer be created, since its definition is being deleted. */
    boolean isTerminating(GroupResource resource) {
        return terminating.contains(resource);
    }

    private void follow() {
        while (!closed) {
            try {
                drain(); // until there is nothing, else the cache says nothing of the next
                available.acquire();
                available.drainPermits();
            } catch (InterruptedException e) {
                return;
            } catch (SlowConsumerException e) {
                if (!closed) {
                    subscription = lookAtAll();
                }
            } catch (RuntimeException e) {
                LOG.log(Level.ERROR, "a change of a custom resource definition was not carried out", e);
            }
        }
    }

    private void drain() {
        while (subscription != null) {
            List<Change> changes = subscription.poll(BATCH);
            if (changes.isEmpty()) {
                return;
            }
            for (Change change : changes) {
                if (change.type() == Change.Type.DELETED) {
                    forget(change.object().key().name());
                } else {
                    look(change.object());
                }
            }
        }
    }

    private Subscription lookAtAll() {
        Snapshot snapshot = store.snapshot();
        Set<String> gone = new HashSet<>(known.keySet());
        for (Iterator<StoredObject> all = snapshot.iterate("", new ObjectKey("", "")); all.hasNext(); ) {
            StoredObject object = all.next();
            gone.remove(object.key().name());
            look(object);
        }
        gone.forEach(this::forget);
        return store.watch(snapshot.revision(), Everything.FILTER, available::release);
    }

    // ---- one definition

    private void look(StoredObject stored) {
        ObjectNode definition = StoredDefinition.outline(stored).deepCopy();
        String name = stored.key().name();
        Optional<Known> before = Optional.ofNullable(known.get(name));
        boolean deleting = definition.path("metadata").has("deletionTimestamp");
        JsonNode status = definition.path("status");
        ObjectNode accepted = deleting && status instanceof ObjectNode same
                ? same
                : DefinitionStatus.accept(definition, outlines(group(definition)), clock.instant());
        boolean changed = !accepted.equals(status);
        definition.set("status", accepted);
        Known now = serve(definition, stored, before);
        known.put(name, now);
        before.filter(b -> !b.group().equals(now.group())).ifPresent(b -> leaveGroup(b.group(), name));
        byGroup.computeIfAbsent(now.group(), g -> new HashMap<>()).put(name, now);
        if (changed) {
            writer.writeStatus(definition);
        }
        if (deleting) {
            terminate(definition);
        }
        before.filter(b -> !names(b).equals(names(now))).ifPresent(b -> lookAtWaiting(now.group()));
    }

    private static JsonNode names(Known definition) {
        return definition.outline().path("status").path("acceptedNames");
    }

    private List<ObjectNode> outlines(String group) {
        return byGroup.getOrDefault(group, Map.of()).values().stream()
                .map(Known::outline)
                .toList();
    }

    private static String group(ObjectNode definition) {
        return definition.path("spec").path("group").asText();
    }

    private void leaveGroup(String group, String name) {
        byGroup.computeIfPresent(group, (g, members) -> {
            members.remove(name);
            return members.isEmpty() ? null : members;
        });
    }

    private static ObjectNode outline(ObjectNode definition) {
        ObjectNode outline = JsonNodeFactory.instance.objectNode();
        outline.putObject("metadata").set("name", definition.path("metadata").path("name"));
        outline.putObject("spec")
                .<ObjectNode>set("group", definition.path("spec").path("group"))
                .set("names", definition.path("spec").path("names"));
        outline.set("status", definition.path("status"));
        return outline;
    }

    /** Names have become free: who waits for them may have them now. */
    private void lookAtWaiting(String group) {
        List<String> waiting = byGroup.getOrDefault(group, Map.of()).entrySet().stream()
                .filter(e -> e.getValue().waitsForNames())
                .map(Map.Entry::getKey)
                .toList();
        waiting.forEach(name -> store.get(new ObjectKey("", name)).ifPresent(this::look));
    }

    private Known serve(ObjectNode definition, StoredObject stored, Optional<Known> known) {
        Optional<Served> before = known.flatMap(Known::served);
        JsonNode spec = definition.path("spec");
        JsonNode metadata = definition.path("metadata");
        GroupResource resource = StoredDefinition.resource(definition);
        boolean serves = DefinitionStatus.isServed(definition) && !isBuiltIn(resource);
        Served wanted = new Served(
                resource,
                metadata.path("uid").asText(),
                metadata.path("generation").asLong(),
                definition.path("status").path("acceptedNames"));
        if (!serves) {
            before.ifPresent(b -> registry.removeCustom(b.resource()));
            return new Known(outline(definition), Optional.empty(), new StoredDefinition(stored, definition));
        }
        if (known.isPresent() && before.filter(wanted::equals).isPresent()) {
            StoredDefinition schemas = known.get().schemas();
            schemas.isNow(stored);
            return new Known(outline(definition), before, schemas);
        }
        StoredDefinition schemas = new StoredDefinition(stored, definition);
        try {
            registry.putCustom(CustomDefinition.of(definition, schemas, rules), conversion(spec.path("conversion")));
            return new Known(outline(definition), Optional.of(wanted), schemas);
        } catch (RuntimeException e) { // stored by a server that was less strict
            LOG.log(Level.ERROR, resource + " can't be served as it is defined", e);
            return new Known(
                    outline(definition), before, known.map(Known::schemas).orElse(schemas));
        }
    }

    private VersionConversion conversion(JsonNode conversion) {
        return conversion.path("strategy").asText().equals("Webhook")
                ? WebhookConversion.of(conversion.path("webhook"), hooks)
                : VersionConversion.RENAMING;
    }

    private boolean isBuiltIn(GroupResource resource) {
        return registry.definition(resource).filter(d -> !d.custom()).isPresent();
    }

    /**
     * Refuses creations before the condition says so: a client that has seen it is never too early. A definition that has been cleaned
     * up and stays, as somebody else's finalizer holds it, takes objects again.
     */
    private void terminate(ObjectNode definition) {
        GroupResource resource = StoredDefinition.resource(definition);
        if (InstanceCleanup.isDue(definition) || DefinitionStatus.isTrue(definition, "Terminating")) {
            terminating.add(resource);
        } else {
            terminating.remove(resource);
        }
        cleanup.begin(definition);
    }

    private void forget(String name) {
        Known gone = known.remove(name);
        if (gone == null) {
            return;
        }
        leaveGroup(gone.group(), name);
        gone.served().map(Served::resource).ifPresent(registry::removeCustom);
        terminating.remove(StoredDefinition.resource(gone.outline()));
        lookAtWaiting(gone.group());
    }

    @Override
    public void close() {
        closed = true;
        if (follower != null) {
            follower.interrupt();
        }
        cleanup.close();
        writer.close();
    }
}
