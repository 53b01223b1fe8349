package io.kybern.apiserver.metrics;

import io.kybern.apiserver.registry.Resource;
import io.kybern.crd.resource.GroupVersionKind;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.LongAdder;

/** Counts the events that watchers are sent. A watch asks once for its counter and adds to it from then on. */
public final class WatchMetrics implements MetricSource {
    private record Watched(String group, String version, String resource) {
        List<String> labels() {
            return List.of("group", group, "resource", resource, "version", version);
        }
    }

    private final Map<Watched, LongAdder> events = new ConcurrentSkipListMap<>(Comparator.comparing(Watched::group)
            .thenComparing(Watched::resource)
            .thenComparing(Watched::version));

    public LongAdder events(Resource resource) {
        GroupVersionKind kind = resource.kind();
        Watched watched = new Watched(
                kind.group(), kind.version(), resource.definition().names().plural());
        return events.computeIfAbsent(watched, w -> new LongAdder());
    }

    @Override
    public void writeTo(MetricText out) {
        out.metric("apiserver_watch_events_total", "counter", "[ALPHA] Events sent to watchers.");
        events.forEach((watched, count) -> out.sample("apiserver_watch_events_total", watched.labels(), count.sum()));
    }
}
