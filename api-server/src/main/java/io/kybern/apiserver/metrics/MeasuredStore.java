package io.kybern.apiserver.metrics;

import io.kybern.apiserver.storage.KeyValueStore;
import io.kybern.apiserver.storage.Revision;
import io.kybern.apiserver.storage.ValueForm;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * Measures how long writes take to be durable, under the name that the figure has with etcd. Reads come from caches and are
 * not measured.
 */
public final class MeasuredStore implements KeyValueStore, MetricSource {
    private static final double[] SECONDS = {
        0.0005, 0.001, 0.0025, 0.005, 0.025, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1, 1.25, 1.5, 2, 3, 4, 5, 6, 8, 10, 15, 20,
        30, 45, 60
    };
    private static final String ROOT = "/registry/";

    private record Written(String operation, String group, String resource) {
        /** Custom resources are stored below their group, which has a dot; built-in ones below the root. */
        static Written of(Write write) {
            String operation = write instanceof Write.Delete
                    ? "delete"
                    : Revision.NONE.equals(write.expected()) ? "create" : "update";
            String key = write.key();
            String first = segment(key, ROOT.length());
            return first.indexOf('.') < 0
                    ? new Written(operation, "", first)
                    : new Written(operation, first, segment(key, ROOT.length() + first.length() + 1));
        }

        private static String segment(String key, int from) {
            int begin = Math.min(from, key.length());
            int end = key.indexOf('/', begin);
            return key.substring(begin, end < 0 ? key.length() : end);
        }

        List<String> labels() {
            return List.of("group", group, "operation", operation, "resource", resource);
        }
    }

    private final KeyValueStore store;
    private final Map<Written, Histogram> durations = new ConcurrentSkipListMap<>(Comparator.comparing(Written::group)
            .thenComparing(Written::resource)
            .thenComparing(Written::operation));

    public MeasuredStore(KeyValueStore store) {
        this.store = store;
    }

    @Override
    public CommitResult commit(List<Write> writes) {
        long begin = System.nanoTime();
        try {
            return store.commit(writes);
        } finally {
            double seconds = (System.nanoTime() - begin) / 1e9;
            if (!writes.isEmpty()) {
                durations
                        .computeIfAbsent(Written.of(writes.getFirst()), w -> new Histogram(SECONDS))
                        .add(seconds);
            }
        }
    }

    @Override
    public void writeTo(MetricText out) {
        out.metric("etcd_request_duration_seconds", "histogram", "[ALPHA] How long writes took to be durable.");
        durations.forEach(
                (written, histogram) -> out.histogram("etcd_request_duration_seconds", written.labels(), histogram));
        out.metric("etcd_requests_total", "counter", "[ALPHA] Writes to the store.");
        durations.forEach(
                (written, histogram) -> out.sample("etcd_requests_total", written.labels(), histogram.count()));
        store.sizeBytes().ifPresent(bytes -> {
            out.metric(
                    "apiserver_storage_size_bytes",
                    "gauge",
                    "[STABLE] Size of the storage database file physically allocated in bytes.");
            out.sample("apiserver_storage_size_bytes", List.of("storage_cluster_id", "etcd-0"), bytes);
        });
        out.metric("kybern_store_refuses_writes", "gauge", "[ALPHA] 1 while the store refuses writes, else 0.");
        out.sample(
                "kybern_store_refuses_writes", List.of(), store.refusesWrites().isPresent() ? 1 : 0);
    }

    @Override
    public Revision currentRevision() {
        return store.currentRevision();
    }

    @Override
    public Revision shown() {
        return store.shown();
    }

    @Override
    public Revision compactedRevision() {
        return store.compactedRevision();
    }

    @Override
    public Optional<KeyValue> get(String key, Revision at) {
        return store.get(key, at);
    }

    @Override
    public RangeResult range(String from, String to, Revision at, int limit) {
        return store.range(from, to, at, limit);
    }

    @Override
    public long count(String from, String to) {
        return store.count(from, to);
    }

    @Override
    public Watch watch(String prefix, Revision after, WatchListener listener) {
        return store.watch(prefix, after, listener);
    }

    @Override
    public boolean shared() {
        return store.shared();
    }

    @Override
    public ValueForm form() {
        return store.form();
    }

    @Override
    public void awaitNewest() {
        store.awaitNewest();
    }

    @Override
    public Optional<String> refusesWrites() {
        return store.refusesWrites();
    }

    @Override
    public OptionalLong sizeBytes() {
        return store.sizeBytes();
    }

    @Override
    public void save(OutputStream out) throws IOException {
        store.save(out);
    }

    @Override
    public void compact(Revision revision) {
        store.compact(revision);
    }

    @Override
    public void close() {
        store.close();
    }
}
