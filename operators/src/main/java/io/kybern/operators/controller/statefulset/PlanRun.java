package io.kybern.operators.controller.statefulset;

import io.fabric8.kubernetes.client.KubernetesClientException;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.kybern.operators.controller.Expectations;
import io.kybern.operators.controller.SlowStart;
import io.kybern.operators.controller.statefulset.StatefulSetPlan.Action;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Carries a plan out, batch after batch, until something fails. */
final class PlanRun {
    private final StatefulPods pods;
    private final Expectations expectations;

    PlanRun(StatefulPods pods, Expectations expectations) {
        this.pods = pods;
        this.expectations = expectations;
    }

    /**
     * @param outdated how many pods of another revision were deleted
     * @param claimsMade whether claims were made that are not cached yet
     * @param failure what failed first
     */
    record Result(int outdated, boolean claimsMade, Optional<RuntimeException> failure) {}

    Result apply(SetState state, List<List<Action>> batches) throws InterruptedException {
        ResourceID key = ResourceID.fromResource(state.set());
        List<Action> all = batches.stream().flatMap(List::stream).toList();
        expectations.expect(
                key,
                (int) all.stream().filter(Action.Create.class::isInstance).count(),
                all.stream()
                        .filter(Action.Delete.class::isInstance)
                        .map(action -> action.pod().getMetadata().getUid())
                        .toList());
        Set<Action> begun = ConcurrentHashMap.newKeySet();
        Set<Action> done = ConcurrentHashMap.newKeySet();
        Queue<RuntimeException> failures = new ConcurrentLinkedQueue<>();
        for (List<Action> batch : batches) {
            Queue<Action> left = new ConcurrentLinkedQueue<>(batch);
            SlowStart.call(batch.size(), () -> {
                Action action = left.remove();
                begun.add(action);
                try {
                    pods.apply(state, action);
                    done.add(action);
                } catch (KubernetesClientException | StatefulPods.ClaimTrouble e) {
                    failures.add(e.getCause() instanceof KubernetesClientException cause ? cause : e);
                    throw e;
                }
            });
            if (!failures.isEmpty()) {
                break;
            }
        }
        Set<Action> skipped = new HashSet<>(all);
        skipped.removeAll(begun);
        skipped.forEach(action -> forget(key, action));
        boolean makes = !SetClaims.templates(state.set()).isEmpty();
        return new Result(
                (int) done.stream()
                        .filter(action -> action instanceof Action.Delete delete && delete.outdated())
                        .count(),
                makes && done.stream().anyMatch(a -> a instanceof Action.Create || a instanceof Action.Provide),
                Optional.ofNullable(failures.peek()));
    }

    /** What was not even tried is not to be awaited. */
    private void forget(ResourceID key, Action action) {
        if (action instanceof Action.Create) {
            expectations.creationObserved(key);
        } else if (action instanceof Action.Delete delete) {
            expectations.deletionObserved(key, delete.pod().getMetadata().getUid());
        }
    }
}
