package io.kybern.apiserver.registry;

import io.kybern.crd.resource.GroupVersionKind;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Warnings about built-in versions that are served but on their way out. Source: the lifecycle markers of k8s.io/api. */
final class Deprecations {
    private static final Map<GroupVersionKind, String> TEXTS = Map.of(
            new GroupVersionKind("", "v1", "ComponentStatus"), "v1 ComponentStatus is deprecated in v1.19+",
            new GroupVersionKind("", "v1", "Endpoints"),
                    "v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice");

    private Deprecations() {}

    static @Nullable String of(GroupVersionKind kind) {
        return TEXTS.get(kind);
    }
}
