package io.kybern.operators.controller.deployment;

import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.fabric8.kubernetes.client.informers.cache.Cache;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.kybern.operators.controller.Claims;
import io.kybern.operators.controller.Failures;
import io.kybern.operators.controller.KindController;
import io.kybern.operators.controller.Owners;
import io.kybern.operators.controller.PodState;
import io.kybern.operators.controller.Requeue;
import io.kybern.operators.controller.Selector;
import io.kybern.operators.controller.Watch;
import io.kybern.operators.controller.deployment.DeploymentPlan.Action;
import io.kybern.operators.controller.deployment.DeploymentProgress.Outcome;
import io.kybern.operators.event.EventNote;
import io.kybern.operators.event.EventRecorder;
import io.kybern.operators.informer.SharedInformers;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** Rollouts of Deployments. Behaves as kube-controller-manager's deployment-controller. */
public final class DeploymentController implements KindController<Deployment> {
    private final KubernetesClient client;
    private final EventRecorder events;
    private final InstantSource clock;
    private final SharedIndexInformer<Deployment> deployments;
    private final SharedIndexInformer<ReplicaSet> replicaSets;
    private final SharedIndexInformer<Pod> pods;
    private final Claims claims;

    public DeploymentController(
            KubernetesClient client, SharedInformers informers, EventRecorder events, InstantSource clock) {
        this.client = client;
        this.events = events;
        this.clock = clock;
        this.deployments = informers.of(Deployment.class);
        this.replicaSets = Owners.indexed(informers, ReplicaSet.class);
        this.pods = Owners.indexed(informers, Pod.class);
        this.claims = new Claims(client);
    }

    @Override
    public String name() {
        return "deployment-controller";
    }

    @Override
    public Class<Deployment> primary() {
        return Deployment.class;
    }

    @Override
    public List<Watch<?>> watches() {
        return List.of(Watch.mapped(ReplicaSet.class, this::concernedBy), new LastPodGone(replicaSets, pods));
    }

    /** Whose a ReplicaSet is, or whose it might become. */
    private Collection<ResourceID> concernedBy(ReplicaSet replicaSet) {
        if (Owners.controllerOf(replicaSet).isPresent()) {
            return Owners.controllerKey(replicaSet, "Deployment", "apps").stream()
                    .toList();
        }
        return deployments
                .getIndexer()
                .byIndex(Cache.NAMESPACE_INDEX, replicaSet.getMetadata().getNamespace())
                .stream()
                .filter(deployment ->
                        Selector.of(deployment.getSpec().getSelector()).matches(replicaSet))
                .map(ResourceID::fromResource)
                .toList();
    }

    @Override
    public Requeue reconcile(Deployment deployment) {
        if (new LabelSelector().equals(deployment.getSpec().getSelector())) {
            events.record(EventNote.warning(
                    deployment,
                    "SelectingAll",
                    "This deployment is selecting all pods. A non-empty selector is required."));
            return Requeue.none();
        }
        List<ReplicaSet> owned = claims.claim(
                deployment,
                Selector.of(deployment.getSpec().getSelector()),
                Owners.candidates(replicaSets, deployment));
        Rollout rollout = Rollout.of(deployment, owned, this::hasRunningPods);

        List<ReplicaSet> changed = new ArrayList<>();
        Outcome outcome = new Outcome.Nothing();
        Optional<KubernetesClientException> failure = Optional.empty();
        for (Action action : DeploymentPlan.plan(rollout)) {
            switch (action) {
                case Action.Create create -> {
                    try {
                        outcome = create(rollout, create.replicaSet());
                    } catch (KubernetesClientException e) {
                        failure = Optional.of(e);
                        outcome = new Outcome.CreateFailed(
                                create.replicaSet().getMetadata().getName(), Failures.message(e));
                    }
                }
                case Action.Update update -> changed.add(update(deployment, update));
                case Action.Delete delete -> delete(delete.replicaSet());
            }
        }
        Instant now = clock.instant();
        Rollout after = rollout.with(changed);
        Deployment updated = DeploymentProgress.updated(after, outcome, now);
        if (!updated.equals(deployment)) {
            client.resource(updated).updateStatus();
        }
        if (failure.isPresent()) {
            throw failure.get();
        }
        return DeploymentProgress.nextLook(after, updated, now);
    }

    private boolean hasRunningPods(ReplicaSet replicaSet) {
        return Owners.controlledBy(pods, replicaSet).stream().anyMatch(pod -> !PodState.isTerminal(pod));
    }

    /** A name that is taken is either ours, made a moment ago, or a collision of hashes. */
    private Outcome create(Rollout rollout, ReplicaSet replicaSet) {
        Deployment deployment = rollout.deployment();
        String name = replicaSet.getMetadata().getName();
        try {
            client.resource(replicaSet).create();
        } catch (KubernetesClientException e) {
            if (Failures.isAlreadyExists(e)) {
                return existing(deployment, replicaSet);
            }
            if (!Failures.isNamespaceTerminating(e)) {
                events.record(EventNote.warning(
                        deployment,
                        "ReplicaSetCreateError",
                        "Failed to create new replica set \"" + name + "\": " + Failures.message(e)));
            }
            throw e;
        }
        int size = Rollout.size(replicaSet);
        if (size > 0) {
            events.record(EventNote.normal(
                    deployment, "ScalingReplicaSet", "Scaled up replica set " + name + " from 0 to " + size));
        }
        return new Outcome.Created(name);
    }

    private Outcome existing(Deployment deployment, ReplicaSet wanted) {
        ReplicaSet live = client.resources(ReplicaSet.class)
                .inNamespace(wanted.getMetadata().getNamespace())
                .withName(wanted.getMetadata().getName())
                .get();
        if (live == null
                || (Owners.isControlledBy(live, deployment)
                        && Rollout.withoutHash(live.getSpec().getTemplate())
                                .equals(Rollout.withoutHash(deployment.getSpec().getTemplate())))) {
            return new Outcome.Nothing();
        }
        return new Outcome.Collided();
    }

    private ReplicaSet update(Deployment deployment, Action.Update update) {
        ReplicaSet updated = client.resource(update.after()).update();
        int from = Rollout.size(update.before());
        int to = Rollout.size(update.after());
        if (from != to) {
            events.record(EventNote.normal(
                    deployment,
                    "ScalingReplicaSet",
                    "Scaled " + (from < to ? "up" : "down") + " replica set "
                            + updated.getMetadata().getName() + " from " + from + " to " + to));
        }
        return updated;
    }

    private void delete(ReplicaSet replicaSet) {
        client.resources(ReplicaSet.class)
                .inNamespace(replicaSet.getMetadata().getNamespace())
                .withName(replicaSet.getMetadata().getName())
                .delete();
    }
}
