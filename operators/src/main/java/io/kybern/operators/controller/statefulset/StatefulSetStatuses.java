package io.kybern.operators.controller.statefulset;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSetStatus;
import io.fabric8.kubernetes.api.model.apps.StatefulSetStatusBuilder;
import io.kybern.operators.controller.PodState;
import io.kybern.operators.controller.Requeue;
import io.kybern.operators.controller.statefulset.SetState.Slot;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** How a StatefulSet is doing. Pure. */
final class StatefulSetStatuses {
    private StatefulSetStatuses() {}

    /**
     * @param collisions how many names of revisions were taken
     * @param outdated pods that were deleted just now, as they are of another revision
     */
    static StatefulSetStatus of(SetState state, int collisions, int outdated) {
        StatefulSet set = state.set();
        List<Pod> pods = pods(state);
        String current = state.current().getMetadata().getName();
        String update = state.update().getMetadata().getName();
        int ready = count(pods, SetState::isRunningAndReady);
        int updated = count(pods, pod -> isOf(update, pod));
        boolean complete =
                "RollingUpdate".equals(set.getSpec().getUpdateStrategy().getType())
                        && Stream.of(pods.size(), ready, updated).allMatch(n -> n == Ordinals.replicas(set));
        // Zero is left out on the wire, except by the counts of replicas and of those that are available.
        return new StatefulSetStatusBuilder()
                .withObservedGeneration(set.getMetadata().getGeneration())
                .withReplicas(pods.size())
                .withReadyReplicas(positive(ready))
                .withAvailableReplicas(count(pods, pod -> SetState.isRunningAndReady(pod) && state.isAvailable(pod)))
                .withCurrentReplicas(positive(complete ? updated : count(pods, pod -> isOf(current, pod)) - outdated))
                .withUpdatedReplicas(positive(updated))
                .withCurrentRevision(complete ? update : current)
                .withUpdateRevision(update)
                .withCollisionCount(collisions)
                .build();
    }

    private static List<Pod> pods(SetState state) {
        return Stream.concat(state.slots().stream().filter(Slot::exists).map(Slot::pod), state.condemned().stream())
                .toList();
    }

    private static boolean isOf(String revision, Pod pod) {
        return !PodState.isDeleting(pod) && SetPods.revision(pod).equals(revision);
    }

    private static int count(List<Pod> pods, Predicate<Pod> test) {
        return (int) pods.stream().filter(test).count();
    }

    private static @Nullable Integer positive(int count) {
        return count == 0 ? null : count;
    }

    /** Whether the difference is worth a write. Conditions are not: the controller has none of its own. */
    static boolean differ(@Nullable StatefulSetStatus before, StatefulSetStatus after) {
        return before == null
                || observed(after) > observed(before)
                || !counts(before).equals(counts(after))
                || !Objects.equals(before.getCurrentRevision(), after.getCurrentRevision())
                || !Objects.equals(before.getUpdateRevision(), after.getUpdateRevision());
    }

    private static long observed(StatefulSetStatus status) {
        return status.getObservedGeneration() == null ? 0 : status.getObservedGeneration();
    }

    private static List<Integer> counts(StatefulSetStatus status) {
        return Stream.of(
                        Optional.ofNullable(status.getReplicas()),
                        Optional.ofNullable(status.getReadyReplicas()),
                        Optional.ofNullable(status.getAvailableReplicas()),
                        Optional.ofNullable(status.getCurrentReplicas()),
                        Optional.ofNullable(status.getUpdatedReplicas()))
                .map(count -> count.orElse(0))
                .toList();
    }

    /** Pods become available by time alone. */
    static Requeue nextLook(SetState state, StatefulSetStatus status) {
        int seconds = state.minReadySeconds();
        if (seconds == 0
                || SetState.orZero(status.getReadyReplicas()) == SetState.orZero(status.getAvailableReplicas())) {
            return Requeue.none();
        }
        return Requeue.after(
                PodState.untilNextAvailable(pods(state), seconds, state.now()).orElse(Duration.ofSeconds(seconds)));
    }
}
