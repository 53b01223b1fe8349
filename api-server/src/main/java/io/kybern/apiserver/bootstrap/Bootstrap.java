package io.kybern.apiserver.bootstrap;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.loopback.Loopback;
import io.kybern.apiserver.registry.ResourceRegistry;
import io.kybern.apiserver.storage.KeyValueStore;
import io.kybern.apiserver.storage.ObjectKey;
import io.kybern.crd.resource.GroupResource;
import io.kybern.crd.resource.GroupVersionKind;
import io.kybern.crd.resource.Trees;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.FutureTask;
import java.util.function.Consumer;
import java.util.logging.Logger;

/**
 * Makes sure, at each start, that the objects are there which a server has from its first moment: in a new cluster by storing {@link
 * StoredForms}, else by writing what is missing and giving kept-up-to-date RBAC objects the rights of this release. Writes go in
 * parallel, so that they share their fsyncs.
 */
public final class Bootstrap {
    private static final Logger LOG = Logger.getLogger(Bootstrap.class.getName());

    private static final GroupResource SERVICES = new GroupResource("", "services");
    private static final String ROOT = "/registry/";
    private static final String END = "/registry0";

    private final ResourceRegistry registry;
    private final Loopback loopback;
    private final Executor executor;
    private final BootstrapParameters parameters;

    public Bootstrap(ResourceRegistry registry, Loopback loopback, Executor executor, BootstrapParameters parameters) {
        this.registry = registry;
        this.loopback = loopback;
        this.executor = executor;
        this.parameters = parameters;
    }

    /**
     * Stores all first objects if nothing is stored yet; blocks until they are. Of servers that do so at once, each finds some of them
     * stored by the others.
     *
     * @return whether all is there now
     */
    public boolean beginIfNew(KeyValueStore store) {
        if (!parameters.serviceRange().base().isIpv4() || store.count(ROOT, END) > 0) {
            return false; // they tell of addresses of that family
        }
        all(
                new StoredForms(registry, parameters).all(),
                form -> form.resource().store().create(form.key(), form.object(), 0));
        return true;
    }

    /** Writes what is missing, and mends what is to be kept up to date; blocks until it is done. */
    public void ensure() {
        Set<StoredForms.Name> unsettled = ConcurrentHashMap.newKeySet();
        all(
                new StoredForms(registry, parameters).given(),
                ofKind -> ofKind.stream()
                        .filter(given -> !given.isSettled())
                        .forEach(given -> unsettled.add(given.name())));
        if (unsettled.isEmpty()) {
            return;
        }
        List<ObjectNode> first = new ArrayList<>();
        List<ObjectNode> rest = new ArrayList<>();
        for (ObjectNode object : new BootstrapObjects(parameters).all()) {
            if (unsettled.contains(name(object))) {
                String kind = object.path("kind").asText();
                boolean others = kind.equals("Namespace") || kind.equals("ServiceCIDR") || kind.equals("PriorityClass");
                (others ? first : rest).add(object);
            }
        }
        all(first, this::ensure);
        all(rest, this::ensure);
    }

    /** Has the Service {@code kubernetes} lead to this server, of a {@linkplain FrozenStart state that another one began with}. */
    public void adopt() {
        loopback.get(SERVICES, "default", "kubernetes").ifPresent(stored -> {
            ObjectNode service = stored.deepCopy();
            ObjectNode port = Trees.objects(service.path("spec").path("ports")).getFirst();
            if (Trees.number(port, "targetPort") != parameters.port()) {
                port.put("targetPort", parameters.port());
                check(loopback.update(service), service);
            }
        });
    }

    private static StoredForms.Name name(ObjectNode object) {
        JsonNode metadata = object.path("metadata");
        return new StoredForms.Name(
                object.path("kind").asText(),
                new ObjectKey(
                        metadata.path("namespace").asText(""),
                        metadata.path("name").asText()));
    }

    private <T> void all(Collection<T> objects, Consumer<T> action) {
        List<FutureTask<Boolean>> tasks = new ArrayList<>();
        for (T object : objects) {
            FutureTask<Boolean> task = new FutureTask<>(() -> action.accept(object), true);
            tasks.add(task);
            executor.execute(task);
        }
        for (FutureTask<Boolean> task : tasks) {
            try {
                task.get();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted while writing the first objects", e);
            } catch (ExecutionException e) {
                throw new IllegalStateException("can't write the first objects: " + e.getCause(), e);
            }
        }
    }

    private void ensure(ObjectNode wanted) {
        Optional<ObjectNode> stored = stored(wanted);
        if (stored.isEmpty()) {
            create(wanted);
            return;
        }
        BootstrapObjects.reconcile(stored.get(), wanted).ifPresent(object -> check(loopback.update(object), object));
    }

    private void create(ObjectNode wanted) {
        BootstrapManagers managers = BootstrapManagers.of(wanted.path("kind").asText());
        check(loopback.create(wanted, managers.object()), wanted);
        if (!managers.status().isEmpty() && wanted.has("status")) {
            check(loopback.applyStatus(wanted, managers.status()), wanted);
        } else if (wanted.has("status") && !wanted.path("status").isEmpty()) {
            stored(wanted).ifPresent(object -> {
                if (!Trees.same(object.path("status"), wanted.path("status"))) {
                    ObjectNode copy = object.deepCopy();
                    copy.set("status", wanted.get("status"));
                    check(loopback.updateStatus(copy), copy);
                }
            });
        }
    }

    private Optional<ObjectNode> stored(ObjectNode object) {
        GroupVersionKind kind = GroupVersionKind.of(
                object.path("apiVersion").asText(), object.path("kind").asText());
        GroupResource resource = registry.definitions().stream()
                .filter(d -> d.group().equals(kind.group()) && d.names().kind().equals(kind.kind()))
                .map(d -> d.groupResource())
                .findFirst()
                .orElseThrow();
        return loopback.get(
                resource,
                object.path("metadata").path("namespace").asText(""),
                object.path("metadata").path("name").asText());
    }

    private static void check(Loopback.Answer answer, ObjectNode object) {
        if (!answer.ok() && answer.status() != 409) {
            LOG.warning(() -> "can't write " + object.path("kind").asText() + " "
                    + object.path("metadata").path("name").asText() + ": "
                    + answer.body().path("message").asText());
        }
    }
}
