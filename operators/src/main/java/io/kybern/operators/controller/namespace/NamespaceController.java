package io.kybern.operators.controller.namespace;

import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.fabric8.kubernetes.client.informers.cache.Cache;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.kybern.operators.controller.Failures;
import io.kybern.operators.controller.KindController;
import io.kybern.operators.controller.PodState;
import io.kybern.operators.controller.Requeue;
import io.kybern.operators.controller.Watch;
import io.kybern.operators.informer.SharedInformers;
import io.kybern.operators.metadata.Discovery;
import io.kybern.operators.metadata.MetadataClient;
import io.kybern.operators.metadata.ObjectMetadata;
import io.kybern.operators.metadata.ResourceType;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Empties namespaces that are being deleted, and lets them go. Behaves as kube-controller-manager's
 * namespace-controller, but does not wait five seconds before it begins.
 */
public final class NamespaceController implements KindController<Namespace> {
    private static final String BACKGROUND =
            "{\"kind\":\"DeleteOptions\",\"apiVersion\":\"v1\",\"propagationPolicy\":\"Background\"}";

    /** What objects with finalizers are given. */
    private static final Duration FINALIZER_GRACE = Duration.ofSeconds(15);

    private final KubernetesClient client;
    private final MetadataClient metadata;
    private final Discovery discovery;
    private final InstantSource clock;
    private final SharedIndexInformer<Namespace> namespaces;
    private final SharedIndexInformer<Pod> pods;

    public NamespaceController(KubernetesClient client, SharedInformers informers, InstantSource clock) {
        this.client = client;
        this.metadata = new MetadataClient(client);
        this.discovery = new Discovery(metadata);
        this.clock = clock;
        this.namespaces = informers.of(Namespace.class);
        this.pods = informers.of(Pod.class);
    }

    @Override
    public String name() {
        return "namespace-controller";
    }

    @Override
    public Class<Namespace> primary() {
        return Namespace.class;
    }

    /** The last pod of a namespace is what its end most often waits for. */
    @Override
    public List<Watch<?>> watches() {
        return List.of(new Watch<Pod>() {
            @Override
            public Class<Pod> kind() {
                return Pod.class;
            }

            @Override
            public Collection<ResourceID> added(Pod pod) {
                return List.of();
            }

            @Override
            public Collection<ResourceID> updated(Pod before, Pod after) {
                return List.of();
            }

            @Override
            public Collection<ResourceID> deleted(Pod pod) {
                String name = pod.getMetadata().getNamespace();
                Namespace namespace = namespaces.getStore().getByKey(name);
                return namespace != null
                                && PodState.isDeleting(namespace)
                                && pods.getIndexer()
                                        .byIndex(Cache.NAMESPACE_INDEX, name)
                                        .isEmpty()
                        ? List.of(new ResourceID(name))
                        : List.of();
            }
        });
    }

    @Override
    public Requeue reconcile(Namespace cached) throws InterruptedException {
        if (!PodState.isDeleting(cached) || !holds(cached)) {
            return Requeue.none();
        }
        Namespace namespace =
                client.namespaces().withName(cached.getMetadata().getName()).get();
        if (namespace == null || !PodState.isDeleting(namespace) || !holds(namespace)) {
            return Requeue.none();
        }
        Instant deletedAt = Instant.parse(namespace.getMetadata().getDeletionTimestamp());
        NamespaceEnd end = empty(namespace, deletedAt);
        Namespace reported = end.report(namespace, clock.instant());
        if (!reported.equals(namespace)) {
            reported = client.resource(reported).updateStatus();
        }
        if (end.isEmpty()) {
            release(reported);
            return Requeue.none();
        }
        return Requeue.after(end.nextLook(deletedAt, clock.instant()));
    }

    private static boolean holds(Namespace namespace) {
        return namespace.getSpec() != null
                && namespace.getSpec().getFinalizers().contains(NamespaceEnd.FINALIZER);
    }

    /** Pods first: they may need what else is there to end well. */
    private NamespaceEnd empty(Namespace namespace, Instant deletedAt) throws InterruptedException {
        String name = namespace.getMetadata().getName();
        var discovered = discovery.discover();
        List<ResourceType> deletable = discovered.types().stream()
                .filter(type -> type.namespaced() && type.verbs().containsAll(List.of("delete", "list")))
                .toList();
        List<ResourceType> podTypes = deletable.stream()
                .filter(type -> type.group().isEmpty() && type.resource().equals("pods"))
                .toList();
        var end = new Collected(podGrace(name, deletedAt));
        end.empty(name, podTypes);
        if (end.remaining.isEmpty()) {
            end.empty(
                    name,
                    deletable.stream().filter(type -> !podTypes.contains(type)).toList());
        }
        return end.result(discovered.staleGroups());
    }

    /** How long the running pods may take, unless that time is over. */
    private Duration podGrace(String namespace, Instant deletedAt) {
        long seconds = pods.getIndexer().byIndex(Cache.NAMESPACE_INDEX, namespace).stream()
                .filter(pod -> !PodState.isTerminal(pod))
                .map(pod -> pod.getSpec().getTerminationGracePeriodSeconds())
                .filter(grace -> grace != null)
                .mapToLong(Long::longValue)
                .max()
                .orElse(0);
        return deletedAt.plusSeconds(seconds).isAfter(clock.instant()) ? Duration.ofSeconds(seconds) : Duration.ZERO;
    }

    private void release(Namespace namespace) {
        try {
            client.raw(
                    "/api/v1/namespaces/" + namespace.getMetadata().getName() + "/finalize",
                    "PUT",
                    new NamespaceBuilder(namespace)
                            .editSpec()
                            .removeFromFinalizers(NamespaceEnd.FINALIZER)
                            .endSpec()
                            .build());
        } catch (KubernetesClientException e) {
            if (!Failures.isNotFound(e)) {
                throw e;
            }
        }
    }

    private record Left(List<ObjectMetadata> items) {}

    /** Empties types in parallel, and adds up what is left. */
    private final class Collected {
        final Map<ResourceType, Integer> remaining = new HashMap<>();
        final Map<String, Integer> finalizers = new HashMap<>();
        final List<String> failures = new ArrayList<>();
        Duration grace;

        Collected(Duration podGrace) {
            this.grace = podGrace;
        }

        void empty(String namespace, List<ResourceType> types) throws InterruptedException {
            Map<ResourceType, Future<Left>> left = new HashMap<>();
            try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
                for (ResourceType type : types) {
                    left.put(type, executor.submit(() -> emptyType(type, namespace)));
                }
            }
            for (var entry : left.entrySet()) {
                try {
                    count(entry.getKey(), entry.getValue().get().items());
                } catch (ExecutionException e) {
                    failures.add(
                            e.getCause() instanceof KubernetesClientException refused
                                    ? Failures.message(refused)
                                    : e.toString());
                }
            }
        }

        private Left emptyType(ResourceType type, String namespace) throws InterruptedException {
            List<ObjectMetadata> items = metadata.list(type, namespace).items();
            if (items.isEmpty()) {
                return new Left(items);
            }
            if (type.verbs().contains("deletecollection")) {
                metadata.delete(type.path(namespace), BACKGROUND);
            } else {
                for (ObjectMetadata item : items) {
                    metadata.delete(type.path(namespace, item.name()), BACKGROUND);
                }
            }
            return new Left(metadata.list(type, namespace).items());
        }

        private void count(ResourceType type, List<ObjectMetadata> items) {
            if (items.isEmpty()) {
                return;
            }
            remaining.put(type, items.size());
            for (ObjectMetadata item : items) {
                item.finalizers().forEach(finalizer -> finalizers.merge(finalizer, 1, Integer::sum));
            }
            if (grace.isZero()) {
                grace = FINALIZER_GRACE;
            }
        }

        NamespaceEnd result(List<String> staleGroups) {
            return new NamespaceEnd(remaining, finalizers, failures, staleGroups, grace);
        }
    }
}
