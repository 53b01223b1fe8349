package io.kybern.operators.controller.disruption;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.ReplicationController;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.fabric8.kubernetes.client.informers.cache.Cache;
import io.kybern.operators.controller.Owners;
import io.kybern.operators.controller.disruption.DisruptionPlan.UnknownScaleException;
import io.kybern.operators.informer.SharedInformers;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How many pods those want who control some: their Deployment, ReplicaSet, ReplicationController or StatefulSet. Pods that
 * nobody controls don't count.
 */
final class OwnerScale implements DisruptionPlan.Scale {
    private final SharedIndexInformer<ReplicaSet> replicaSets;
    private final SharedIndexInformer<Deployment> deployments;
    private final SharedIndexInformer<ReplicationController> controllers;
    private final SharedIndexInformer<StatefulSet> statefulSets;

    OwnerScale(SharedInformers informers) {
        this.replicaSets = informers.of(ReplicaSet.class);
        this.deployments = informers.of(Deployment.class);
        this.controllers = informers.of(ReplicationController.class);
        this.statefulSets = informers.of(StatefulSet.class);
    }

    private record Found(String uid, int replicas) {}

    @Override
    public int of(List<Pod> pods) throws UnknownScaleException {
        Map<String, Integer> byOwner = new HashMap<>();
        for (Pod pod : pods) {
            Optional<OwnerReference> owner = Owners.controllerOf(pod);
            if (owner.isEmpty() || byOwner.containsKey(owner.get().getUid())) {
                continue;
            }
            Found found = find(pod.getMetadata().getNamespace(), owner.get())
                    .orElseThrow(() -> new UnknownScaleException("found no controllers for pod \""
                            + pod.getMetadata().getName() + "\""));
            byOwner.put(found.uid(), found.replicas());
        }
        return byOwner.values().stream().mapToInt(Integer::intValue).sum();
    }

    private Optional<Found> find(String namespace, OwnerReference owner) {
        return switch (owner.getKind()) {
            case "ReplicaSet" ->
                get(replicaSets, namespace, owner)
                        .map(set -> ofDeployment(set)
                                .orElseGet(() -> found(set, set.getSpec().getReplicas())));
            case "ReplicationController" ->
                get(controllers, namespace, owner).map(c -> found(c, c.getSpec().getReplicas()));
            case "StatefulSet" ->
                get(statefulSets, namespace, owner)
                        .map(s -> found(s, s.getSpec().getReplicas()));
            default -> Optional.empty();
        };
    }

    private Optional<Found> ofDeployment(ReplicaSet set) {
        return Owners.controllerOf(set)
                .filter(owner -> owner.getKind().equals("Deployment"))
                .flatMap(owner -> get(deployments, set.getMetadata().getNamespace(), owner))
                .map(deployment -> found(deployment, deployment.getSpec().getReplicas()));
    }

    private static Found found(HasMetadata object, @Nullable Integer replicas) {
        return new Found(object.getMetadata().getUid(), replicas == null ? 1 : replicas);
    }

    private static <T extends HasMetadata> Optional<T> get(
            SharedIndexInformer<T> informer, String namespace, OwnerReference owner) {
        return Optional.ofNullable(informer.getStore().getByKey(Cache.namespaceKeyFunc(namespace, owner.getName())))
                .filter(object -> object.getMetadata().getUid().equals(owner.getUid()));
    }
}
