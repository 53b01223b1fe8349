package io.kybern.apiserver.registry;

import io.kybern.apiserver.registry.apps.DeploymentStrategy;
import io.kybern.apiserver.registry.apps.ReplicaSetStrategy;
import io.kybern.apiserver.registry.core.NamespaceStrategy;
import io.kybern.apiserver.registry.core.NodeStrategy;
import io.kybern.apiserver.registry.core.PodStrategy;
import io.kybern.apiserver.registry.core.ReplicationControllerStrategy;
import io.kybern.apiserver.registry.core.ServiceAccountStrategy;
import io.kybern.crd.resource.GroupResource;
import io.kybern.crd.resource.Strategy;
import java.util.HashMap;
import java.util.Map;

/** Which strategy each built-in kind has: one line a kind. A kind that is not here has nothing special about it. */
final class BuiltinStrategies {
    private final Map<GroupResource, Strategy> strategies = new HashMap<>();

    BuiltinStrategies() {
        // core
        strategies.put(new GroupResource("", "namespaces"), new NamespaceStrategy());
        strategies.put(new GroupResource("", "nodes"), new NodeStrategy());
        strategies.put(new GroupResource("", "pods"), new PodStrategy());
        strategies.put(new GroupResource("", "replicationcontrollers"), new ReplicationControllerStrategy());
        strategies.put(new GroupResource("", "serviceaccounts"), new ServiceAccountStrategy());

        // apps
        strategies.put(new GroupResource("apps", "deployments"), new DeploymentStrategy());
        strategies.put(new GroupResource("apps", "replicasets"), new ReplicaSetStrategy());

        // autoscaling, batch, policy

        // rbac.authorization.k8s.io, coordination.k8s.io, discovery.k8s.io

        // networking.k8s.io, storage.k8s.io, node.k8s.io, scheduling.k8s.io

        // everything else
    }

    Strategy of(GroupResource resource) {
        return strategies.getOrDefault(resource, Strategy.PLAIN);
    }
}
