package io.kybern.apiserver.registry;

import io.kybern.apiserver.registry.conversion.EventConversion;
import io.kybern.apiserver.registry.conversion.HorizontalPodAutoscalerConversion;
import io.kybern.crd.resource.GroupVersionKind;
import io.kybern.crd.resource.ResourceDefinition;
import java.util.HashMap;
import java.util.Map;

/** The built-in kinds that are served in another form than they are stored in: one line each. */
final class BuiltinConversions {
    private static final GroupVersionKind EVENT = new GroupVersionKind("", "v1", "Event");
    private static final Map<GroupVersionKind, Conversion> CONVERSIONS = conversions();

    private BuiltinConversions() {}

    private static Map<GroupVersionKind, Conversion> conversions() {
        Map<GroupVersionKind, Conversion> conversions = new HashMap<>();
        conversions.put(new GroupVersionKind("events.k8s.io", "v1", "Event"), new EventConversion());
        conversions.put(
                new GroupVersionKind("autoscaling", "v1", "HorizontalPodAutoscaler"),
                new HorizontalPodAutoscalerConversion());
        return conversions;
    }

    static Conversion of(GroupVersionKind served) {
        return CONVERSIONS.getOrDefault(served, Conversion.NONE);
    }

    /** The kind that is stored: both event APIs share one storage. */
    static GroupVersionKind storageKind(ResourceDefinition definition) {
        return definition.group().equals("events.k8s.io") ? EVENT : definition.kind(definition.storageVersion());
    }
}
