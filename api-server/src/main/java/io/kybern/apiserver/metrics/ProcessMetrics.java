package io.kybern.apiserver.metrics;

import io.kybern.apiserver.version.ServerVersion;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What every process tells: processor time, memory, files, and what it was built from. */
public final class ProcessMetrics implements MetricSource {
    private static final Path STATUS = Path.of("/proc/self/status");

    @Override
    public void writeTo(MetricText out) {
        buildInfo(out);
        if (ManagementFactory.getOperatingSystemMXBean() instanceof com.sun.management.UnixOperatingSystemMXBean os) {
            gauge(
                    out,
                    "process_cpu_seconds_total",
                    "counter",
                    "Processor time spent, in seconds.",
                    os.getProcessCpuTime() / 1e9);
            gauge(out, "process_max_fds", "gauge", "How many files may be open.", os.getMaxFileDescriptorCount());
            gauge(out, "process_open_fds", "gauge", "How many files are open.", os.getOpenFileDescriptorCount());
        }
        memory("VmRSS")
                .ifPresent(bytes ->
                        gauge(out, "process_resident_memory_bytes", "gauge", "Memory in use, in bytes.", bytes));
        gauge(
                out,
                "process_start_time_seconds",
                "gauge",
                "When the process started, in seconds since 1970.",
                ManagementFactory.getRuntimeMXBean().getStartTime() / 1e3);
        memory("VmSize")
                .ifPresent(bytes ->
                        gauge(out, "process_virtual_memory_bytes", "gauge", "Address space in use, in bytes.", bytes));
    }

    private static void buildInfo(MetricText out) {
        List<String> labels = new ArrayList<>();
        ServerVersion.info().properties().forEach(e -> {
            String label = e.getKey().replaceAll("([A-Z])", "_$1").toLowerCase(java.util.Locale.ROOT);
            if (!label.startsWith("emulation") && !label.startsWith("min_")) {
                labels.add(label);
                labels.add(e.getValue().asText());
            }
        });
        out.metric("kubernetes_build_info", "gauge", "[BETA] What the process was built from.");
        out.sample("kubernetes_build_info", labels, 1);
    }

    private static void gauge(MetricText out, String name, String type, String help, double value) {
        out.metric(name, type, help).sample(name, List.of(), value);
    }

    /** A figure that only Linux tells. */
    private static Optional<Long> memory(String name) {
        try {
            return Files.readAllLines(STATUS).stream()
                    .filter(line -> line.startsWith(name + ":"))
                    .map(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
                    .findFirst();
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
