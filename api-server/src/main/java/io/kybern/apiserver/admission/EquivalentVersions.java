package io.kybern.apiserver.admission;

import io.kybern.apiserver.registry.Resource;
import io.kybern.apiserver.registry.ResourceRegistry;
import io.kybern.crd.resource.GroupResource;
import io.kybern.crd.resource.ResourceDefinition;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The other versions in which the objects of a resource can be seen: who has a rule for one is asked about all. */
public final class EquivalentVersions {
    private static final Set<GroupResource> EVENTS =
            Set.of(new GroupResource("", "events"), new GroupResource("events.k8s.io", "events"));

    private final ResourceRegistry registry;

    public EquivalentVersions(ResourceRegistry registry) {
        this.registry = registry;
    }

    public List<Resource> of(Resource own) {
        List<Resource> out = new ArrayList<>();
        for (ResourceDefinition definition : registry.definitions()) {
            if (definition.groupResource().equals(own.groupResource()) || areEvents(definition, own)) {
                definition.versions().stream()
                        .filter(ResourceDefinition.Version::served)
                        .filter(v -> !definition.kind(v).equals(own.kind()))
                        .flatMap(v -> registry
                                .find(
                                        definition.group(),
                                        v.name(),
                                        definition.names().plural())
                                .stream())
                        .forEach(out::add);
            }
        }
        return out;
    }

    /** Events are the same in two groups. */
    private static boolean areEvents(ResourceDefinition definition, Resource own) {
        return EVENTS.contains(definition.groupResource()) && EVENTS.contains(own.groupResource());
    }
}
