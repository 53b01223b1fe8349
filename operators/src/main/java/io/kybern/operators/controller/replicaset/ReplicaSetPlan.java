package io.kybern.operators.controller.replicaset;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.fabric8.kubernetes.api.model.apps.ReplicaSetCondition;
import io.fabric8.kubernetes.api.model.apps.ReplicaSetConditionBuilder;
import io.fabric8.kubernetes.api.model.apps.ReplicaSetStatus;
import io.fabric8.kubernetes.api.model.apps.ReplicaSetStatusBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.kybern.operators.controller.Failures;
import io.kybern.operators.controller.PodState;
import io.kybern.operators.controller.Requeue;
import io.kybern.operators.controller.Selector;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a ReplicaSet needs, and how it is doing. Pure. */
final class ReplicaSetPlan {
    /** kube-controller-manager's: more than this are done in another round. */
    private static final int BURST = 500;

    private static final String FAILURE = "ReplicaFailure";

    private ReplicaSetPlan() {}

    /** What to do now. */
    sealed interface Action {
        record Nothing() implements Action {}

        record Create(int count) implements Action {}

        record Delete(List<Pod> pods) implements Action {}
    }

    /**
     * @param active the pods that count
     * @param relatives active pods of the same owner's ReplicaSets
     */
    static Action plan(ReplicaSet replicaSet, List<Pod> active, List<Pod> relatives, Instant now) {
        int surplus = active.size() - replicas(replicaSet);
        if (surplus < 0) {
            return new Action.Create(Math.min(-surplus, BURST));
        }
        if (surplus > 0) {
            return new Action.Delete(DeletionOrder.first(Math.min(surplus, BURST), active, relatives, now));
        }
        return new Action.Nothing();
    }

    static ReplicaSetStatus status(
            ReplicaSet replicaSet,
            List<Pod> active,
            int terminating,
            Optional<KubernetesClientException> failure,
            Instant now) {
        var template = replicaSet.getSpec().getTemplate();
        Selector labels = Selector.ofLabels(
                template == null || template.getMetadata() == null
                        ? null
                        : template.getMetadata().getLabels());
        int minReadySeconds = minReadySeconds(replicaSet);
        long ready = active.stream().filter(PodState::isReady).count();
        long available = active.stream()
                .filter(pod -> PodState.isAvailable(pod, minReadySeconds, now))
                .count();
        long labelled = active.stream()
                .filter(pod -> labels.isEmpty() || labels.matches(pod))
                .count();
        List<ReplicaSetCondition> conditions = replicaSet.getStatus() == null
                ? List.of()
                : replicaSet.getStatus().getConditions();
        // Zero is left out on the wire, except by the count of terminating pods and of replicas.
        return new ReplicaSetStatusBuilder()
                .withObservedGeneration(replicaSet.getMetadata().getGeneration())
                .withReplicas(active.size())
                .withFullyLabeledReplicas(positive(labelled))
                .withReadyReplicas(positive(ready))
                .withAvailableReplicas(positive(available))
                .withTerminatingReplicas(terminating)
                .withConditions(conditions(conditions, active.size() - replicas(replicaSet), failure, now))
                .build();
    }

    private static @Nullable Integer positive(long count) {
        return count == 0 ? null : (int) count;
    }

    private static List<ReplicaSetCondition> conditions(
            List<ReplicaSetCondition> before, int surplus, Optional<KubernetesClientException> failure, Instant now) {
        List<ReplicaSetCondition> conditions = new ArrayList<>(before);
        boolean failedBefore =
                before.stream().anyMatch(condition -> condition.getType().equals(FAILURE));
        if (failure.isEmpty()) {
            conditions.removeIf(condition -> condition.getType().equals(FAILURE));
        } else if (!failedBefore) {
            conditions.add(new ReplicaSetConditionBuilder()
                    .withType(FAILURE)
                    .withStatus("True")
                    .withLastTransitionTime(now.truncatedTo(ChronoUnit.SECONDS).toString())
                    .withReason(surplus < 0 ? "FailedCreate" : "FailedDelete")
                    .withMessage(Failures.message(failure.get()))
                    .build());
        }
        return conditions;
    }

    /** Pods become available by time alone. */
    static Requeue nextLook(ReplicaSet replicaSet, List<Pod> active, Instant now) {
        int minReadySeconds = minReadySeconds(replicaSet);
        boolean waiting = minReadySeconds > 0
                && active.stream()
                        .anyMatch(pod -> PodState.isReady(pod) && !PodState.isAvailable(pod, minReadySeconds, now));
        if (!waiting) {
            return Requeue.none();
        }
        return Requeue.after(
                PodState.untilNextAvailable(active, minReadySeconds, now).orElse(Duration.ofSeconds(minReadySeconds)));
    }

    private static int replicas(ReplicaSet replicaSet) {
        Integer replicas = replicaSet.getSpec().getReplicas();
        return replicas == null ? 1 : replicas;
    }

    private static int minReadySeconds(ReplicaSet replicaSet) {
        Integer seconds = replicaSet.getSpec().getMinReadySeconds();
        return seconds == null ? 0 : seconds;
    }
}
