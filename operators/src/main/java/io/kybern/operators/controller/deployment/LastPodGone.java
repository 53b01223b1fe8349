package io.kybern.operators.controller.deployment;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.fabric8.kubernetes.client.informers.cache.Cache;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.kybern.operators.controller.Owners;
import io.kybern.operators.controller.PodState;
import io.kybern.operators.controller.Watch;
import java.util.Collection;
import java.util.List;

/** A Recreate rollout goes on when the last old pod is gone; pods concern a Deployment in no other way. */
final class LastPodGone implements Watch<Pod> {
    private final SharedIndexInformer<ReplicaSet> replicaSets;
    private final SharedIndexInformer<Pod> pods;

    LastPodGone(SharedIndexInformer<ReplicaSet> replicaSets, SharedIndexInformer<Pod> pods) {
        this.replicaSets = replicaSets;
        this.pods = pods;
    }

    @Override
    public Class<Pod> kind() {
        return Pod.class;
    }

    @Override
    public Collection<ResourceID> added(Pod pod) {
        return List.of();
    }

    @Override
    public Collection<ResourceID> updated(Pod before, Pod after) {
        return PodState.isTerminal(after) && !PodState.isTerminal(before) ? deleted(after) : List.of();
    }

    @Override
    public Collection<ResourceID> deleted(Pod pod) {
        return Owners.controllerKey(pod, "ReplicaSet", "apps")
                .map(key -> replicaSets
                        .getStore()
                        .getByKey(Cache.namespaceKeyFunc(key.getNamespace().orElse(""), key.getName())))
                .filter(replicaSet ->
                        Owners.controlledBy(pods, replicaSet).stream().allMatch(PodState::isTerminal))
                .flatMap(replicaSet -> Owners.controllerKey(replicaSet, "Deployment", "apps"))
                .stream()
                .toList();
    }
}
