package io.kybern.operators.controller.daemonset;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.DaemonSetStatus;
import io.fabric8.kubernetes.api.model.apps.DaemonSetStatusBuilder;
import io.kybern.operators.controller.PodState;
import io.kybern.operators.controller.Requeue;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How a DaemonSet is doing. Pure. */
final class DaemonStatuses {
    private DaemonStatuses() {}

    /**
     * @param observed whether all that the present generation asks for was looked at
     * @param collisions how many names of revisions were taken; empty: none ever
     */
    static DaemonSetStatus of(DaemonState state, boolean observed, Optional<Integer> collisions) {
        int scheduled = 0;
        int misplaced = 0;
        int ready = 0;
        int available = 0;
        int updated = 0;
        for (var entry : state.fits().entrySet()) {
            Optional<Pod> pod = state.on(entry.getKey()).stream().findFirst();
            if (pod.isEmpty()) {
                continue;
            }
            if (!entry.getValue().shouldRun()) {
                misplaced++;
                continue;
            }
            scheduled++;
            ready += PodState.isReady(pod.get()) ? 1 : 0;
            available += PodState.isReady(pod.get()) && state.isAvailable(pod.get()) ? 1 : 0;
            updated += state.isUpdated(pod.get()) ? 1 : 0;
        }
        DaemonSetStatus before = Optional.ofNullable(state.set().getStatus()).orElseGet(DaemonSetStatus::new);
        // Zero is left out on the wire by those that came later.
        return new DaemonSetStatusBuilder(before)
                .withObservedGeneration(
                        observed ? state.set().getMetadata().getGeneration() : before.getObservedGeneration())
                .withDesiredNumberScheduled(state.desired())
                .withCurrentNumberScheduled(scheduled)
                .withNumberMisscheduled(misplaced)
                .withNumberReady(ready)
                .withUpdatedNumberScheduled(positive(updated))
                .withNumberAvailable(positive(available))
                .withNumberUnavailable(positive(state.desired() - available))
                .withCollisionCount(collisions.orElse(null))
                .build();
    }

    private static @Nullable Integer positive(int count) {
        return count == 0 ? null : count;
    }

    /** Pods become available by time alone. */
    static Requeue nextLook(DaemonState state) {
        int seconds = state.minReadySeconds();
        return seconds == 0
                ? Requeue.none()
                : PodState.untilNextAvailable(
                                state.pods().values().stream()
                                        .flatMap(java.util.List::stream)
                                        .toList(),
                                seconds,
                                state.now())
                        .map(wait -> Requeue.after(wait.plus(Duration.ofMillis(1))))
                        .orElseGet(Requeue::none);
    }
}
