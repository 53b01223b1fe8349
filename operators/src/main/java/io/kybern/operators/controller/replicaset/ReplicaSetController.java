package io.kybern.operators.controller.replicaset;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.fabric8.kubernetes.api.model.apps.ReplicaSetBuilder;
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
import io.kybern.operators.controller.replicaset.ReplicaSetPlan.Action;
import io.kybern.operators.event.EventRecorder;
import io.kybern.operators.informer.SharedInformers;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/** Pods of ReplicaSets. Behaves as kube-controller-manager's replicaset-controller. */
public final class ReplicaSetController implements KindController<ReplicaSet> {
    private final KubernetesClient client;
    private final InstantSource clock;
    private final SharedIndexInformer<Pod> pods;
    private final SharedIndexInformer<ReplicaSet> replicaSets;
    private final Expectations expectations;
    private final Claims claims;
    private final Replicas replicas;

    public ReplicaSetController(
            KubernetesClient client, SharedInformers informers, EventRecorder events, InstantSource clock) {
        this.client = client;
        this.clock = clock;
        this.pods = Owners.indexed(informers, Pod.class);
        this.replicaSets = Owners.indexed(informers, ReplicaSet.class);
        this.expectations = new Expectations(clock);
        this.claims = new Claims(client);
        this.replicas = new Replicas(client, events, expectations);
    }

    @Override
    public String name() {
        return "replicaset-controller";
    }

    @Override
    public Class<ReplicaSet> primary() {
        return ReplicaSet.class;
    }

    @Override
    public List<Watch<?>> watches() {
        return List.of(new OwnedPods<>(
                replicaSets,
                "ReplicaSet",
                "apps",
                replicaSet -> Selector.of(replicaSet.getSpec().getSelector()),
                expectations));
    }

    @Override
    public void gone(ResourceID key) {
        expectations.forget(key);
    }

    @Override
    public Requeue reconcile(ReplicaSet replicaSet) throws InterruptedException {
        ResourceID key = ResourceID.fromResource(replicaSet);
        boolean cacheIsCurrent = expectations.satisfied(key);
        Selector selector = Selector.of(replicaSet.getSpec().getSelector());
        List<Pod> candidates = Owners.candidates(pods, replicaSet);
        List<Pod> active = claims.claim(
                replicaSet,
                selector,
                candidates.stream().filter(PodState::isActive).toList());
        List<Pod> terminating = candidates.stream()
                .filter(pod -> PodState.isDeleting(pod)
                        && !PodState.isTerminal(pod)
                        && Owners.isControlledBy(pod, replicaSet)
                        && selector.matches(pod))
                .toList();

        Optional<KubernetesClientException> failure = Optional.empty();
        if (cacheIsCurrent && !PodState.isDeleting(replicaSet)) {
            Action action = ReplicaSetPlan.plan(replicaSet, active, relatives(replicaSet), clock.instant());
            failure = replicas.apply(replicaSet, replicaSet.getSpec().getTemplate(), action);
        }
        Instant now = clock.instant();
        ReplicaSetStatus status = ReplicaSetPlan.status(replicaSet, active, terminating.size(), failure, now);
        if (!status.equals(replicaSet.getStatus())) {
            client.resource(new ReplicaSetBuilder(replicaSet).withStatus(status).build())
                    .updateStatus();
        }
        if (failure.isPresent()) {
            throw failure.get();
        }
        return ReplicaSetPlan.nextLook(replicaSet, active, now);
    }

    /** Pods of all ReplicaSets of the same owner: where they crowd on a node, one of them goes first. */
    private List<Pod> relatives(ReplicaSet replicaSet) {
        return Owners.controllerOf(replicaSet)
                .map(owner -> replicaSets.getIndexer().byIndex("controller", owner.getUid()))
                .orElseGet(() -> List.of(replicaSet))
                .stream()
                .flatMap(sibling -> Owners.controlledBy(pods, sibling).stream())
                .filter(PodState::isActive)
                .toList();
    }
}
