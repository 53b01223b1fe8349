package io.kybern.operators.controller.deployment;

import static io.kybern.operators.controller.deployment.Rollout.actual;
import static io.kybern.operators.controller.deployment.Rollout.available;
import static io.kybern.operators.controller.deployment.Rollout.size;

import io.fabric8.kubernetes.api.model.PodTemplateSpecBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.fabric8.kubernetes.api.model.apps.ReplicaSetBuilder;
import io.kybern.operators.controller.Owners;
import io.kybern.operators.controller.PodState;
import io.kybern.operators.controller.TemplateHash;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The next step of a rollout. Pure. */
final class DeploymentPlan {
    private static final int MAX_NAME = 253;

    private DeploymentPlan() {}

    /** What to do to a ReplicaSet. */
    sealed interface Action {
        record Create(ReplicaSet replicaSet) implements Action {}

        record Update(ReplicaSet before, ReplicaSet after) implements Action {}

        record Delete(ReplicaSet replicaSet) implements Action {}
    }

    static List<Action> plan(Rollout rollout) {
        if (PodState.isDeleting(rollout.deployment())) {
            return List.of();
        }
        Optional<Action> sync = syncCurrent(rollout);
        if (sync.isPresent()) {
            return List.of(sync.get());
        }
        if (rollout.isPaused()) {
            return concat(ProportionalScale.plan(rollout), cleanUp(rollout));
        }
        if (isScaling(rollout)) {
            return ProportionalScale.plan(rollout);
        }
        return rollout.isRecreate() ? recreate(rollout) : rolling(rollout);
    }

    /** The current ReplicaSet carries the Deployment's annotations, its revision and its {@code minReadySeconds}. */
    private static Optional<Action> syncCurrent(Rollout rollout) {
        return rollout.current().flatMap(current -> {
            Map<String, String> before = Revision.annotations(current);
            Map<String, String> after = Revision.forCurrent(before, rollout.deployment(), Revision.next(rollout.old()));
            int ready = Rollout.orElse(rollout.deployment().getSpec().getMinReadySeconds(), 0);
            if (before.equals(after)
                    && ready == Rollout.orElse(current.getSpec().getMinReadySeconds(), 0)) {
                return Optional.empty();
            }
            return Optional.of(new Action.Update(
                    current,
                    new ReplicaSetBuilder(current)
                            .editMetadata()
                            .withAnnotations(after)
                            .endMetadata()
                            .editSpec()
                            .withMinReadySeconds(ready)
                            .endSpec()
                            .build()));
        });
    }

    /** The Deployment was scaled since its ReplicaSets were. */
    private static boolean isScaling(Rollout rollout) {
        return rollout.active().stream().anyMatch(replicaSet -> {
            var desired = Revision.size(replicaSet, Revision.DESIRED);
            return desired.isPresent() && desired.getAsInt() != rollout.replicas();
        });
    }

    private static List<Action> rolling(Rollout rollout) {
        if (rollout.current().isEmpty()) {
            return List.of(create(rollout));
        }
        ReplicaSet current = rollout.current().get();
        Optional<Action> grown = scale(rollout, current, newSize(rollout, size(current)));
        if (grown.isPresent()) {
            return List.of(grown.get());
        }
        List<Action> shrunk = shrinkOld(rollout, current);
        if (!shrunk.isEmpty()) {
            return shrunk;
        }
        return isComplete(rollout) ? cleanUp(rollout) : List.of();
    }

    /** How large the current ReplicaSet may be now, without more pods than the surge allows. */
    private static int newSize(Rollout rollout, int size) {
        if (rollout.isRecreate() || size > rollout.replicas()) {
            return rollout.replicas();
        }
        int room = rollout.replicas() + rollout.maxSurge() - rollout.totalSize();
        return room <= 0 ? size : size + Math.min(room, rollout.replicas() - size);
    }

    /**
     * Pods of old ReplicaSets that may go: unhealthy ones first, as they serve nobody, then as many as available new
     * pods replace. New pods that are not available yet count as if they were missing.
     */
    private static List<Action> shrinkOld(Rollout rollout, ReplicaSet current) {
        List<ReplicaSet> old = rollout.activeOld();
        int minAvailable = rollout.replicas() - rollout.maxUnavailable();
        int currentUnavailable = size(current) - available(current);
        int budget = rollout.totalSize() - minAvailable - currentUnavailable;
        if (old.isEmpty() || budget <= 0) {
            return List.of();
        }
        Map<String, Integer> sizes = new HashMap<>();
        int cleaned = 0;
        for (ReplicaSet replicaSet : old) {
            int unhealthy = Math.max(0, Math.min(budget - cleaned, size(replicaSet) - available(replicaSet)));
            sizes.put(replicaSet.getMetadata().getName(), size(replicaSet) - unhealthy);
            cleaned += unhealthy;
        }
        int surplus = rollout.totalAvailable() - minAvailable;
        for (ReplicaSet replicaSet : old) {
            String name = replicaSet.getMetadata().getName();
            int remove = Math.max(0, Math.min(surplus, sizes.getOrDefault(name, 0)));
            sizes.merge(name, -remove, Integer::sum);
            surplus -= remove;
        }
        return old.stream()
                .flatMap(replicaSet ->
                        scale(
                                rollout,
                                replicaSet,
                                sizes.getOrDefault(replicaSet.getMetadata().getName(), 0))
                                .stream())
                .toList();
    }

    private static List<Action> recreate(Rollout rollout) {
        List<Action> shrunk = rollout.activeOld().stream()
                .flatMap(replicaSet -> scale(rollout, replicaSet, 0).stream())
                .toList();
        if (!shrunk.isEmpty()) {
            return shrunk;
        }
        if (rollout.oldPodsRun()) {
            return List.of();
        }
        if (rollout.current().isEmpty()) {
            return List.of(create(rollout));
        }
        Optional<Action> grown = scale(rollout, rollout.current().get(), rollout.replicas());
        if (grown.isPresent()) {
            return List.of(grown.get());
        }
        return isComplete(rollout) ? cleanUp(rollout) : List.of();
    }

    private static boolean isComplete(Rollout rollout) {
        var status = rollout.deployment().getStatus();
        return status != null && DeploymentProgress.isComplete(rollout, status);
    }

    private static Action create(Rollout rollout) {
        Deployment deployment = rollout.deployment();
        String hash = TemplateHash.of(
                deployment.getSpec().getTemplate(),
                Optional.ofNullable(deployment.getStatus()).map(status -> status.getCollisionCount()));
        String name = deployment.getMetadata().getName();
        int room = MAX_NAME - 1 - hash.length();
        var template = new PodTemplateSpecBuilder(deployment.getSpec().getTemplate())
                .editOrNewMetadata()
                .addToLabels(Rollout.HASH_LABEL, hash)
                .endMetadata()
                .build();
        var annotations = Revision.withSizes(
                Revision.forCurrent(Map.of(), deployment, Revision.next(rollout.old())),
                rollout.replicas(),
                rollout.replicas() + rollout.maxSurge());
        return new Action.Create(new ReplicaSetBuilder()
                .withNewMetadata()
                .withName((name.length() > room ? name.substring(0, room) : name) + '-' + hash)
                .withNamespace(deployment.getMetadata().getNamespace())
                .withOwnerReferences(Owners.controllerReference(deployment))
                .withLabels(template.getMetadata().getLabels())
                .withAnnotations(annotations)
                .endMetadata()
                .withNewSpec()
                .withReplicas(newSize(rollout, 0))
                .withMinReadySeconds(deployment.getSpec().getMinReadySeconds())
                .withNewSelectorLike(deployment.getSpec().getSelector())
                .addToMatchLabels(Rollout.HASH_LABEL, hash)
                .endSelector()
                .withTemplate(template)
                .endSpec()
                .build());
    }

    /** Nothing, if the size is right. */
    static Optional<Action> scale(Rollout rollout, ReplicaSet replicaSet, int size) {
        return size == size(replicaSet) ? Optional.empty() : resize(rollout, replicaSet, size);
    }

    /** Also when only what the annotations say of the Deployment's size is old. */
    static Optional<Action> resize(Rollout rollout, ReplicaSet replicaSet, int size) {
        Map<String, String> annotations = Revision.withSizes(
                Revision.annotations(replicaSet), rollout.replicas(), rollout.replicas() + rollout.maxSurge());
        if (size == size(replicaSet) && annotations.equals(Revision.annotations(replicaSet))) {
            return Optional.empty();
        }
        return Optional.of(new Action.Update(
                replicaSet,
                new ReplicaSetBuilder(replicaSet)
                        .editMetadata()
                        .withAnnotations(annotations)
                        .endMetadata()
                        .editSpec()
                        .withReplicas(size)
                        .endSpec()
                        .build()));
    }

    /** Empty ReplicaSets beyond the history limit go, the oldest revisions first. */
    private static List<Action> cleanUp(Rollout rollout) {
        List<ReplicaSet> kept = rollout.old().stream()
                .filter(replicaSet -> !PodState.isDeleting(replicaSet))
                .sorted(Comparator.<ReplicaSet>comparingLong(
                                replicaSet -> Revision.of(replicaSet).orElse(0L))
                        .thenComparing(Rollout.OLDEST_FIRST))
                .toList();
        return rollout.revisionHistoryLimit().stream()
                .flatMap(limit -> kept.stream().limit(Math.max(0, kept.size() - limit)))
                .filter(DeploymentPlan::isEmpty)
                .<Action>map(Action.Delete::new)
                .toList();
    }

    private static boolean isEmpty(ReplicaSet replicaSet) {
        Long observed =
                replicaSet.getStatus() == null ? null : replicaSet.getStatus().getObservedGeneration();
        Long generation = replicaSet.getMetadata().getGeneration();
        return size(replicaSet) == 0
                && actual(replicaSet) == 0
                && (generation == null || (observed != null && observed >= generation));
    }

    private static List<Action> concat(List<Action> first, List<Action> second) {
        List<Action> all = new ArrayList<>(first);
        all.addAll(second);
        return all;
    }
}
