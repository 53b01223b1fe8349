package io.kybern.operators.controller.replicaset;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.ReplicationController;
import io.fabric8.kubernetes.api.model.ReplicationControllerBuilder;
import io.fabric8.kubernetes.api.model.ReplicationControllerCondition;
import io.fabric8.kubernetes.api.model.ReplicationControllerConditionBuilder;
import io.fabric8.kubernetes.api.model.ReplicationControllerStatus;
import io.fabric8.kubernetes.api.model.ReplicationControllerStatusBuilder;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.fabric8.kubernetes.api.model.apps.ReplicaSetBuilder;
import io.fabric8.kubernetes.api.model.apps.ReplicaSetConditionBuilder;
import io.fabric8.kubernetes.api.model.apps.ReplicaSetStatus;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.kybern.operators.controller.Claims;
import io.kybern.operators.controller.Expectations;
import io.kybern.operators.controller.KindController;
import io.kybern.operators.controller.OwnedPods;
import io.kybern.operators.controller.Owners;
import io.kybern.operators.controller.PodState;
import io.kybern.operators.controller.Requeue;
import io.kybern.operators.controller.Selector;
import io.kybern.operators.controller.Watch;
import io.kybern.operators.event.EventRecorder;
import io.kybern.operators.informer.SharedInformers;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/**
 * Pods of ReplicationControllers: the same as those of ReplicaSets, whose older form they are. Behaves as
 * kube-controller-manager's replicationcontroller-controller, which turns each into a ReplicaSet as well.
 */
public final class ReplicationManager implements KindController<ReplicationController> {
    private final KubernetesClient client;
    private final InstantSource clock;
    private final SharedIndexInformer<Pod> pods;
    private final SharedIndexInformer<ReplicationController> controllers;
    private final Expectations expectations;
    private final Claims claims;
    private final Replicas replicas;

    public ReplicationManager(
            KubernetesClient client, SharedInformers informers, EventRecorder events, InstantSource clock) {
        this.client = client;
        this.clock = clock;
        this.pods = Owners.indexed(informers, Pod.class);
        this.controllers = informers.of(ReplicationController.class);
        this.expectations = new Expectations(clock);
        this.claims = new Claims(client);
        this.replicas = new Replicas(client, events, expectations);
    }

    @Override
    public String name() {
        return "replicationcontroller-controller";
    }

    @Override
    public Class<ReplicationController> primary() {
        return ReplicationController.class;
    }

    @Override
    public List<Watch<?>> watches() {
        return List.of(new OwnedPods<>(
                controllers,
                "ReplicationController",
                "",
                controller -> Selector.ofLabels(controller.getSpec().getSelector()),
                expectations));
    }

    @Override
    public void gone(ResourceID key) {
        expectations.forget(key);
    }

    @Override
    public Requeue reconcile(ReplicationController controller) throws InterruptedException {
        boolean cacheIsCurrent = expectations.satisfied(ResourceID.fromResource(controller));
        ReplicaSet same = asReplicaSet(controller);
        List<Pod> candidates = Owners.candidates(pods, controller);
        List<Pod> active = claims.claim(
                controller,
                Selector.ofLabels(controller.getSpec().getSelector()),
                candidates.stream().filter(PodState::isActive).toList());
        Optional<KubernetesClientException> failure = Optional.empty();
        if (cacheIsCurrent && !PodState.isDeleting(controller)) {
            failure = replicas.apply(
                    controller,
                    controller.getSpec().getTemplate(),
                    ReplicaSetPlan.plan(same, active, active, clock.instant()));
        }
        Instant now = clock.instant();
        ReplicationControllerStatus status = status(ReplicaSetPlan.status(same, active, 0, failure, now));
        if (!status.equals(controller.getStatus())) {
            client.resource(new ReplicationControllerBuilder(controller)
                            .withStatus(status)
                            .build())
                    .updateStatus();
        }
        if (failure.isPresent()) {
            throw failure.get();
        }
        return ReplicaSetPlan.nextLook(same, active, now);
    }

    static ReplicaSet asReplicaSet(ReplicationController controller) {
        var conditions = controller.getStatus() == null
                ? List.<ReplicationControllerCondition>of()
                : controller.getStatus().getConditions();
        return new ReplicaSetBuilder()
                .withMetadata(controller.getMetadata())
                .withNewSpec()
                .withReplicas(controller.getSpec().getReplicas())
                .withMinReadySeconds(controller.getSpec().getMinReadySeconds())
                .withNewSelector()
                .withMatchLabels(controller.getSpec().getSelector())
                .endSelector()
                .withTemplate(controller.getSpec().getTemplate())
                .endSpec()
                .withNewStatus()
                .withConditions(conditions.stream()
                        .map(c -> new ReplicaSetConditionBuilder()
                                .withType(c.getType())
                                .withStatus(c.getStatus())
                                .withLastTransitionTime(c.getLastTransitionTime())
                                .withReason(c.getReason())
                                .withMessage(c.getMessage())
                                .build())
                        .toList())
                .endStatus()
                .build();
    }

    static ReplicationControllerStatus status(ReplicaSetStatus same) {
        return new ReplicationControllerStatusBuilder()
                .withObservedGeneration(same.getObservedGeneration())
                .withReplicas(same.getReplicas())
                .withFullyLabeledReplicas(same.getFullyLabeledReplicas())
                .withReadyReplicas(same.getReadyReplicas())
                .withAvailableReplicas(same.getAvailableReplicas())
                .withConditions(same.getConditions().stream()
                        .map(c -> new ReplicationControllerConditionBuilder()
                                .withType(c.getType())
                                .withStatus(c.getStatus())
                                .withLastTransitionTime(c.getLastTransitionTime())
                                .withReason(c.getReason())
                                .withMessage(c.getMessage())
                                .build())
                        .toList())
                .build();
    }
}
