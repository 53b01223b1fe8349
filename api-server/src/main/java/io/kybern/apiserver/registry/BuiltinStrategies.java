package io.kybern.apiserver.registry;

import io.kybern.crd.resource.GroupResource;
import io.kybern.crd.resource.Strategy;
import java.util.HashMap;
import java.util.Map;

/** Which strategy each built-in kind has: one line a kind. A kind that is not here has nothing special about it. */
final class BuiltinStrategies {
    private final Map<GroupResource, Strategy> strategies = new HashMap<>();

    BuiltinStrategies() {
        // core

        // apps

        // autoscaling, batch, policy

        // rbac.authorization.k8s.io, coordination.k8s.io, discovery.k8s.io

        // networking.k8s.io, storage.k8s.io, node.k8s.io, scheduling.k8s.io

        // everything else
    }

    Strategy of(GroupResource resource) {
        return strategies.getOrDefault(resource, Strategy.PLAIN);
    }
}
