package io.kybern.operators.controller.garbagecollector;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.kybern.operators.metadata.Discovery;
import io.kybern.operators.metadata.MetadataClient;
import io.kybern.operators.metadata.MetadataReflector;
import io.kybern.operators.metadata.ObjectMetadata;
import io.kybern.operators.metadata.ResourceType;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the metadata of every resource that can be listed, watched and deleted, except Events. Behaves as
 * kube-controller-manager's garbage-collector-controller, but looks for new resources when a CustomResourceDefinition or
 * an APIService changes, and not twice a minute.
 */
public final class GarbageCollector implements AutoCloseable {
    public static final String NAME = "garbage-collector-controller";

    private static final Logger log = LoggerFactory.getLogger(GarbageCollector.class);
    private static final Set<String> FOLLOWABLE = Set.of("list", "watch", "delete");
    private static final Set<String> SOURCES_OF_TYPES = Set.of("customresourcedefinitions", "apiservices");
    private static final long REFRESH_DELAY_MILLIS = 500;
    private static final long REFRESH_RETRY_MILLIS = 5000;
    private static final long SYNC_TIMEOUT_SECONDS = 60;

    private final MetadataClient client;
    private final Discovery discovery;
    private final Graph graph = new Graph();
    private final WorkQueue queue;
    private final AtomicBoolean refreshing = new AtomicBoolean();

    @GuardedBy("this") private final Map<ResourceType, MetadataReflector> reflectors = new HashMap<>();

    @GuardedBy("this") private boolean closed;

    private volatile Map<Kind, ResourceType> types = Map.of();

    private record Kind(String group, String kind) {}

    private GarbageCollector(KubernetesClient client, int concurrency) {
        this.client = new MetadataClient(client);
        this.discovery = new Discovery(this.client);
        // The queue and the collector need each other: what is done leads to more.
        var collector = new Collector(graph, this.client, this::typeOf, work -> queue().add(work));
        this.queue = new WorkQueue(concurrency, collector);
    }

    private WorkQueue queue() {
        return queue;
    }

    /** Starts in the background: deletes nothing before it has seen everything. */
    public static GarbageCollector start(KubernetesClient client, int concurrency) {
        var collector = new GarbageCollector(client, concurrency);
        Thread.ofVirtual().name("garbage-start").start(collector::begin);
        return collector;
    }

    private void begin() {
        refresh();
        CompletableFuture<?>[] synced;
        synchronized (this) {
            synced = reflectors.values().stream().map(MetadataReflector::synced).toArray(CompletableFuture[]::new);
        }
        CompletableFuture.allOf(synced)
                .orTimeout(SYNC_TIMEOUT_SECONDS, TimeUnit.SECONDS)
                .whenComplete((all, late) -> {
                    log.info("Garbage collector follows {} objects", graph.size());
                    queue.open();
                });
    }

    private Optional<ResourceType> typeOf(String group, String kind) {
        return Optional.ofNullable(types.get(new Kind(group, kind)));
    }

    /** Follows resources that are new, and no longer those that are gone. */
    private void refresh() {
        try {
            var discovered = discovery.discover();
            Map<Kind, ResourceType> found = new HashMap<>();
            for (ResourceType type : discovered.types()) {
                found.merge(new Kind(type.group(), type.kind()), type, GarbageCollector::better);
            }
            types = found;
            follow(discovered.types().stream()
                    .filter(GarbageCollector::isFollowed)
                    .toList());
        } catch (KubernetesClientException e) {
            log.warn("Cannot discover resources, again later: {}", e.getMessage());
            refreshAfter(REFRESH_RETRY_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Some kinds are answers of several resources; the one that has objects counts. */
    private static ResourceType better(ResourceType one, ResourceType other) {
        return one.verbs().contains("get")
                        && one.verbs().size() >= other.verbs().size()
                ? one
                : other;
    }

    private static boolean isFollowed(ResourceType type) {
        boolean events = type.resource().equals("events")
                && (type.group().isEmpty() || type.group().equals("events.k8s.io"));
        return type.verbs().containsAll(FOLLOWABLE) && !events;
    }

    private synchronized void follow(List<ResourceType> wanted) {
        if (closed) {
            return;
        }
        Set<ResourceType> obsolete = new HashSet<>(reflectors.keySet());
        wanted.forEach(obsolete::remove);
        obsolete.forEach(type -> {
            MetadataReflector reflector = reflectors.remove(type);
            if (reflector != null) {
                reflector.close();
            }
        });
        for (ResourceType type : wanted) {
            reflectors.computeIfAbsent(type, added -> new MetadataReflector(client, added, new Changes()));
        }
    }

    private void refreshAfter(long millis) {
        if (refreshing.compareAndSet(false, true)) {
            CompletableFuture.delayedExecutor(
                            millis,
                            TimeUnit.MILLISECONDS,
                            work -> Thread.ofVirtual().name("garbage-refresh").start(work))
                    .execute(() -> {
                        refreshing.set(false);
                        refresh();
                    });
        }
    }

    /** What reflectors see. */
    private final class Changes implements MetadataReflector.Sink {
        @Override
        public void replaced(ResourceType type, List<ObjectMetadata> objects) {
            queue.add(graph.replaced(type, objects));
        }

        @Override
        public void changed(ResourceType type, ObjectMetadata object) {
            queue.add(graph.changed(type, object));
            typesMayHaveChanged(type);
        }

        @Override
        public void deleted(ResourceType type, ObjectMetadata object) {
            queue.add(graph.gone(object.uid()));
            typesMayHaveChanged(type);
        }

        private void typesMayHaveChanged(ResourceType type) {
            if (SOURCES_OF_TYPES.contains(type.resource())) {
                refreshAfter(REFRESH_DELAY_MILLIS);
            }
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        queue.close();
        reflectors.values().forEach(MetadataReflector::close);
        reflectors.clear();
    }
}
