package io.kybern.operators.informer;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.fabric8.kubernetes.client.informers.cache.BasicItemStore;
import io.fabric8.kubernetes.client.informers.cache.Cache;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

/**
 * One informer per kind, whoever asks, for a list, a watch and a copy of each object cost the same however many
 * controllers look at them. Each is declared before {@link #start} and holds all namespaces; none resyncs.
 *
 * <p>Cached objects are shared and must never be modified. They come without managed fields, which no controller reads
 * and which make up half of a small object; a PUT without them keeps them.
 */
public final class SharedInformers implements AutoCloseable {
    private static final long SYNC_TIMEOUT_SECONDS = 120;

    private final KubernetesClient client;
    private final Map<Scope, SharedIndexInformer<?>> informers = new ConcurrentHashMap<>();

    /** What an informer holds: objects of a kind; empty strings mean any namespace, any name. */
    private record Scope(Class<?> kind, String namespace, String name) {}

    public SharedInformers(KubernetesClient client) {
        this.client = client;
    }

    /** The informer of {@code kind}, in all namespaces. */
    public <T extends HasMetadata> SharedIndexInformer<T> of(Class<T> kind) {
        return of(kind, "", "");
    }

    /** Only from one namespace: for kinds of which others are many and of no interest, like leases. */
    public <T extends HasMetadata> SharedIndexInformer<T> in(Class<T> kind, String namespace) {
        return of(kind, namespace, "");
    }

    /** Only objects of one name, in all namespaces: for those that each namespace has once. */
    public <T extends HasMetadata> SharedIndexInformer<T> named(Class<T> kind, String name) {
        return of(kind, "", name);
    }

    @SuppressWarnings("unchecked")
    private <T extends HasMetadata> SharedIndexInformer<T> of(Class<T> kind, String namespace, String name) {
        return (SharedIndexInformer<T>) informers.computeIfAbsent(new Scope(kind, namespace, name), scope -> {
            // A client may have been made that knows no kinds until somebody asks for them.
            client.getKubernetesSerialization().registerKubernetesResource(kind);
            var resources = client.resources(kind);
            var wanted = namespace.isEmpty() ? resources.inAnyNamespace() : resources.inNamespace(namespace);
            return lean((name.isEmpty() ? wanted : wanted.withField("metadata.name", name)).runnableInformer(0));
        });
    }

    /** Declares an index, once for all who name it the same. */
    public <T extends HasMetadata> SharedIndexInformer<T> indexed(
            Class<T> kind, String index, Function<T, List<String>> keys) {
        SharedIndexInformer<T> informer = of(kind);
        synchronized (this) {
            if (!informer.getIndexer().getIndexers().containsKey(index)) {
                informer.addIndexers(Map.of(index, keys));
            }
        }
        return informer;
    }

    private static <T extends HasMetadata> SharedIndexInformer<T> lean(SharedIndexInformer<T> informer) {
        return informer.itemStore(new BasicItemStore<>(Cache::metaNamespaceKeyFunc) {
                    @Override
                    public T put(String key, T object) {
                        object.getMetadata().setManagedFields(List.of());
                        return super.put(key, object);
                    }
                })
                .exceptionHandler((started, failure) -> true);
    }

    /**
     * Fills all caches, in parallel.
     *
     * @throws IllegalStateException when that takes longer than two minutes
     */
    public void start() throws InterruptedException {
        var started = informers.values().stream()
                .map(informer -> informer.start().toCompletableFuture())
                .toArray(CompletableFuture[]::new);
        try {
            CompletableFuture.allOf(started).get(SYNC_TIMEOUT_SECONDS, TimeUnit.SECONDS);
        } catch (java.util.concurrent.ExecutionException | TimeoutException e) {
            throw new IllegalStateException("the caches of the controllers could not be filled", e);
        }
    }

    @Override
    public void close() {
        informers.values().forEach(SharedIndexInformer::stop);
    }
}
