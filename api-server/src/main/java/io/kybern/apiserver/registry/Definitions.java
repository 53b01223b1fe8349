package io.kybern.apiserver.registry;

import io.kybern.crd.resource.GroupResource;
import io.kybern.crd.resource.ResourceDefinition;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** All definitions of a moment, and what every request looks up in them. Immutable. */
final class Definitions {
    private final List<ResourceDefinition> all;
    private final Map<GroupResource, List<ResourceDefinition>> byName = new HashMap<>();
    private final Set<String> builtinGroups = new HashSet<>();

    Definitions(List<ResourceDefinition> all) {
        this.all = List.copyOf(all);
        for (ResourceDefinition definition : all) {
            byName.computeIfAbsent(definition.groupResource(), name -> new ArrayList<>(1))
                    .add(definition);
            if (!definition.custom()) {
                builtinGroups.add(definition.group());
            }
        }
    }

    List<ResourceDefinition> all() {
        return all;
    }

    List<ResourceDefinition> named(String group, String plural) {
        return byName.getOrDefault(new GroupResource(group, plural), List.of());
    }

    boolean isBuiltin(String group) {
        return builtinGroups.contains(group);
    }
}
