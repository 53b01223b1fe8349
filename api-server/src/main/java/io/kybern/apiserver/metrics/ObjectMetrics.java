package io.kybern.apiserver.metrics;

import io.kybern.apiserver.registry.Resource;
import io.kybern.apiserver.registry.ResourceRegistry;
import io.kybern.crd.resource.GroupResource;
import io.kybern.crd.resource.ResourceDefinition;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** How many objects there are of each kind, as far as its cache is loaded. */
public final class ObjectMetrics implements MetricSource {
    private final ResourceRegistry registry;

    public ObjectMetrics(ResourceRegistry registry) {
        this.registry = registry;
    }

    @Override
    public void writeTo(MetricText out) {
        Map<GroupResource, Long> counts = new LinkedHashMap<>();
        for (ResourceDefinition definition : registry.definitions()) {
            registry.stored(definition.groupResource())
                    .filter(Resource::isLoaded)
                    .ifPresent(resource -> counts.put(
                            definition.groupResource(),
                            resource.store().snapshot().count("")));
        }
        out.metric("apiserver_resource_objects", "gauge", "[ALPHA] Stored objects by resource.");
        counts.forEach((resource, count) -> out.sample(
                "apiserver_resource_objects",
                List.of("group", resource.group(), "resource", resource.resource()),
                count));
        out.metric("apiserver_storage_objects", "gauge", "[STABLE] Stored objects by resource, under the name of old.");
        counts.forEach((resource, count) ->
                out.sample("apiserver_storage_objects", List.of("resource", name(resource)), count));
    }

    private static String name(GroupResource resource) {
        return resource.group().isEmpty() ? resource.resource() : resource.resource() + "." + resource.group();
    }
}
