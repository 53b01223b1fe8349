package io.kybern.distribution.cluster;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * What {@code up} did to a kubeconfig, so that {@code down} can undo it.
 *
 * @param before the context that was current
 */
public record ContextRecord(Path kubeconfig, String context, Optional<String> before) {
    public void write(ClusterDirectory directory) {
        RecordFile.write(
                directory.contextRecord(),
                Map.of("kubeconfig", kubeconfig.toString(), "context", context, "before", before.orElse("")));
    }

    public static Optional<ContextRecord> read(ClusterDirectory directory) {
        return RecordFile.read(directory.contextRecord())
                .map(values -> new ContextRecord(
                        Path.of(values.getOrDefault("kubeconfig", "")),
                        values.getOrDefault("context", ""),
                        Optional.of(values.getOrDefault("before", "")).filter(name -> !name.isEmpty())));
    }

    public static void delete(ClusterDirectory directory) {
        RecordFile.delete(directory.contextRecord());
    }
}
