package io.kybern.apiserver.bootstrap;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.loopback.Loopback;
import io.kybern.apiserver.registry.ResourceRegistry;
import io.kybern.crd.resource.GroupResource;
import io.kybern.crd.resource.GroupVersionKind;
import io.kybern.crd.resource.Trees;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.FutureTask;
import java.util.logging.Logger;

/**
 * Makes sure, at each start, that the objects are there which a server has from its first moment: writes what is missing,
 * and gives kept-up-to-date RBAC objects the rights of this release. Writes go in parallel, so that they share their fsyncs.
 */
public final class Bootstrap {
    private static final Logger LOG = Logger.getLogger(Bootstrap.class.getName());

    private final ResourceRegistry registry;
    private final Loopback loopback;
    private final Executor executor;

    public Bootstrap(ResourceRegistry registry, Loopback loopback, Executor executor) {
        this.registry = registry;
        this.loopback = loopback;
        this.executor = executor;
    }

    /** Blocks until all is written. */
    public void run(BootstrapParameters parameters) {
        List<ObjectNode> first = new ArrayList<>();
        List<ObjectNode> rest = new ArrayList<>();
        for (ObjectNode object : new BootstrapObjects(parameters).all()) {
            String kind = object.path("kind").asText();
            if (kind.equals("Endpoints") || kind.equals("EndpointSlice")) {
                continue; // KubernetesEndpoints
            }
            boolean others = kind.equals("Namespace") || kind.equals("ServiceCIDR") || kind.equals("PriorityClass");
            (others ? first : rest).add(object);
        }
        all(first);
        all(rest);
    }

    private void all(List<ObjectNode> objects) {
        List<FutureTask<Boolean>> tasks = new ArrayList<>();
        for (ObjectNode object : objects) {
            FutureTask<Boolean> task = new FutureTask<>(() -> ensure(object), true);
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
