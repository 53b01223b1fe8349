package io.kybern.apiserver.metrics;

import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.util.List;

/**
 * What only a JVM tells: memory by pool, garbage collections, threads, classes. Read from the JVM's own counters when they
 * are asked for. Names and labels are those of Micrometer's JVM binders, which dashboards know.
 */
public final class JvmMetrics implements MetricSource {
    @Override
    public void writeTo(MetricText out) {
        List<MemoryPoolMXBean> pools = ManagementFactory.getMemoryPoolMXBeans();
        out.metric("jvm_memory_used_bytes", "gauge", "Memory of the JVM in use, by pool.");
        pools.forEach(pool -> out.sample(
                "jvm_memory_used_bytes", labels(pool), pool.getUsage().getUsed()));
        out.metric("jvm_memory_committed_bytes", "gauge", "Memory that the JVM holds, by pool.");
        pools.forEach(pool -> out.sample(
                "jvm_memory_committed_bytes", labels(pool), pool.getUsage().getCommitted()));
        out.metric("jvm_memory_max_bytes", "gauge", "What a pool may grow to; -1 where nothing says.");
        pools.forEach(pool ->
                out.sample("jvm_memory_max_bytes", labels(pool), pool.getUsage().getMax()));
        out.metric("jvm_gc_pause_seconds", "summary", "Garbage collections and how long they took.");
        for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
            List<String> labels = List.of("gc", collector.getName());
            out.sample("jvm_gc_pause_seconds_count", labels, collector.getCollectionCount());
            out.sample("jvm_gc_pause_seconds_sum", labels, collector.getCollectionTime() / 1e3);
        }
        gauge(
                out,
                "jvm_threads_live_threads",
                "Platform threads.",
                ManagementFactory.getThreadMXBean().getThreadCount());
        gauge(
                out,
                "jvm_classes_loaded_classes",
                "Classes loaded.",
                ManagementFactory.getClassLoadingMXBean().getLoadedClassCount());
    }

    private static List<String> labels(MemoryPoolMXBean pool) {
        String area = pool.getType() == MemoryType.HEAP ? "heap" : "nonheap";
        return List.of("area", area, "id", pool.getName());
    }

    private static void gauge(MetricText out, String name, String help, double value) {
        out.metric(name, "gauge", help).sample(name, List.of(), value);
    }
}
