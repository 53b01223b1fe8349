package io.kybern.node.client;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.Pod;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Writes events with one virtual thread, in order; when the API server is slow and {@link #WAITING} are waiting, further
 * ones are dropped. An event that repeats becomes a higher count of the first.
 */
public final class EventWriter implements EventSink, AutoCloseable {
    private static final int WAITING = 1000;
    private static final int REMEMBERED = 4096;
    private static final Logger LOG = System.getLogger(EventWriter.class.getName());
    private static final ObjectMapper JSON = new ObjectMapper();

    private record Entry(Pod pod, PodEvent event) {}

    private record Subject(String podUid, PodEvent event) {}

    private record Written(String name, int count) {}

    private final ApiRequests requests;
    private final String nodeName;
    private final InstantSource clock;
    private final AtomicLong names;
    private final BlockingQueue<Entry> queue = new ArrayBlockingQueue<>(WAITING);
    private final Thread thread;
    /** Only the writing thread touches it. */
    private final Map<Subject, Written> written = new LinkedHashMap<>();

    public EventWriter(ApiRequests requests, String nodeName, InstantSource clock) {
        this.requests = requests;
        this.nodeName = nodeName;
        this.clock = clock;
        this.names = new AtomicLong(clock.instant().toEpochMilli() * 1_000_000);
        this.thread = Thread.ofVirtual().name("events").start(this::run);
    }

    @Override
    public void send(Pod pod, PodEvent event) {
        if (!queue.offer(new Entry(pod, event))) {
            LOG.log(Level.DEBUG, () -> "dropped an event: " + event);
        }
    }

    private void run() {
        try {
            while (true) {
                Entry entry = queue.take();
                try {
                    write(entry);
                } catch (RuntimeException e) {
                    LOG.log(Level.DEBUG, () -> "an event was not written: " + e.getMessage());
                }
            }
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
        }
    }

    private void write(Entry entry) {
        var subject = new Subject(entry.pod().getMetadata().getUid(), entry.event());
        String path = "api/v1/namespaces/" + entry.pod().getMetadata().getNamespace() + "/events";
        Written before = written.remove(subject);
        if (before != null) {
            int count = before.count() + 1;
            ObjectNode patch = JSON.createObjectNode().put("count", count).put("lastTimestamp", now());
            if (requests.send("PATCH", ApiRequests.STRATEGIC_MERGE, path + "/" + before.name(), patch)
                            .code()
                    == 200) {
                remember(subject, new Written(before.name(), count));
                return;
            }
        }
        ObjectNode event = describe(entry);
        if (requests.send("POST", ApiRequests.JSON, path, event).code() == 201) {
            remember(subject, new Written(event.path("metadata").path("name").asText(), 1));
        }
    }

    private void remember(Subject subject, Written event) {
        written.put(subject, event);
        if (written.size() > REMEMBERED) {
            written.remove(written.keySet().iterator().next());
        }
    }

    private ObjectNode describe(Entry entry) {
        var metadata = entry.pod().getMetadata();
        ObjectNode event = JSON.createObjectNode().put("apiVersion", "v1").put("kind", "Event");
        event.putObject("metadata")
                .put("name", metadata.getName() + "." + Long.toHexString(names.incrementAndGet()))
                .put("namespace", metadata.getNamespace());
        ObjectNode involved = event.putObject("involvedObject")
                .put("apiVersion", "v1")
                .put("kind", "Pod")
                .put("name", metadata.getName())
                .put("namespace", metadata.getNamespace())
                .put("uid", metadata.getUid())
                .put("resourceVersion", metadata.getResourceVersion());
        if (!entry.event().container().isEmpty()) {
            boolean init = entry.pod().getSpec().getInitContainers().stream()
                    .anyMatch(container ->
                            container.getName().equals(entry.event().container()));
            involved.put(
                    "fieldPath",
                    "spec." + (init ? "initContainers" : "containers") + "{"
                            + entry.event().container() + "}");
        }
        event.put("reason", entry.event().reason())
                .put("message", entry.event().message())
                .put("type", entry.event().warning() ? "Warning" : "Normal")
                .put("firstTimestamp", now())
                .put("lastTimestamp", now())
                .put("count", 1)
                .put("reportingComponent", "kubelet")
                .put("reportingInstance", nodeName);
        event.putObject("source").put("component", "kubelet").put("host", nodeName);
        return event;
    }

    private String now() {
        return clock.instant().truncatedTo(ChronoUnit.SECONDS).toString();
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
