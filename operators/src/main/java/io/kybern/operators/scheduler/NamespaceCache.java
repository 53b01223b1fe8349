package io.kybern.operators.scheduler;

import io.fabric8.kubernetes.api.model.Namespace;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The labels of namespaces, for affinity terms that select namespaces by them. */
final class NamespaceCache {
    private final Map<String, Map<String, String>> labels = new ConcurrentHashMap<>();

    void put(Namespace namespace) {
        var present = namespace.getMetadata().getLabels();
        labels.put(namespace.getMetadata().getName(), present == null ? Map.of() : present);
    }

    void remove(Namespace namespace) {
        labels.remove(namespace.getMetadata().getName());
    }

    Map<String, String> labels(String namespace) {
        return labels.getOrDefault(namespace, Map.of());
    }
}
