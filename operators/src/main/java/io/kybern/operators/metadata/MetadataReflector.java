package io.kybern.operators.metadata;

import io.fabric8.kubernetes.api.model.StatusBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.kybern.operators.metadata.MetadataClient.Event;
import java.net.HttpURLConnection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the metadata of all objects of a resource: lists, watches from there, and again when the watch ends; lists
 * anew when history is lost. One virtual thread, which sleeps while nothing happens.
 */
public final class MetadataReflector implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(MetadataReflector.class);
    private static final long MAX_PAUSE_SECONDS = 60;

    /** Who is told. Never called twice at once for one resource; must be quick. */
    public interface Sink {
        /** These are all objects there are. */
        void replaced(ResourceType type, List<ObjectMetadata> objects);

        void changed(ResourceType type, ObjectMetadata object);

        void deleted(ResourceType type, ObjectMetadata object);
    }

    private final MetadataClient client;
    private final ResourceType type;
    private final Sink sink;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final CompletableFuture<Void> synced = new CompletableFuture<>();
    private volatile String position = "";
    private final Thread thread;

    public MetadataReflector(MetadataClient client, ResourceType type, Sink sink) {
        this.client = client;
        this.type = type;
        this.sink = sink;
        this.thread = Thread.ofVirtual().name("metadata-" + type.resource()).start(this::run);
    }

    /** Completes with the first list, or when that fails. */
    public CompletableFuture<Void> synced() {
        return synced;
    }

    private void run() {
        long pause = 1;
        try {
            while (closed.getCount() > 0) {
                try {
                    if (position.isEmpty()) {
                        var listed = client.list(type, "");
                        sink.replaced(type, listed.items());
                        position = listed.resourceVersion();
                        synced.complete(null);
                    }
                    watch();
                    pause = 1;
                } catch (KubernetesClientException e) {
                    log.debug("Cannot follow {}: {}", type.resource(), e.getMessage());
                    synced.complete(null);
                    if (e.getCode() == HttpURLConnection.HTTP_GONE) {
                        position = "";
                    }
                    if (closed.await(pause, TimeUnit.SECONDS)) {
                        return;
                    }
                    pause = Math.min(2 * pause, MAX_PAUSE_SECONDS);
                }
            }
        } catch (InterruptedException stopped) {
            log.debug("No longer following {}", type.resource());
        } finally {
            synced.complete(null);
        }
    }

    private void watch() throws InterruptedException {
        var over = new CountDownLatch(1);
        AtomicReference<KubernetesClientException> failure = new AtomicReference<>();
        try (var watching = client.watch(type, position, event -> {
            switch (event) {
                case Event.Changed(ObjectMetadata object) -> {
                    position = object.resourceVersion();
                    sink.changed(type, object);
                }
                case Event.Deleted(ObjectMetadata object) -> {
                    position = object.resourceVersion();
                    sink.deleted(type, object);
                }
                case Event.Bookmark(String resourceVersion) -> position = resourceVersion;
                case Event.Failed(int code, String message) -> {
                    failure.set(new KubernetesClientException(
                            message, code, new StatusBuilder().withCode(code).build()));
                    over.countDown();
                }
            }
        })) {
            watching.done().whenComplete((done, broken) -> over.countDown());
            over.await();
        }
        KubernetesClientException failed = failure.get();
        if (failed != null) {
            throw failed;
        }
    }

    @Override
    public void close() {
        closed.countDown();
        thread.interrupt();
    }
}
