package io.kybern.operators.controller.deployment;

import static io.kybern.operators.controller.deployment.Rollout.available;
import static io.kybern.operators.controller.deployment.Rollout.size;

import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import io.kybern.operators.controller.deployment.DeploymentPlan.Action;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What scaling a Deployment means when it is paused or amidst a rollout: each ReplicaSet takes its share, so that the
 * rollout stays where it is.
 *
 * <pre>
 * 10 replicas, surge 3: old 8, new 5  → scaled to 20 (surge 5):  8 × 25/13 → 15, new takes the rest: 10
 * </pre>
 */
final class ProportionalScale {
    private ProportionalScale() {}

    static List<Action> plan(Rollout rollout) {
        Optional<ReplicaSet> only = onlyActiveOrNewest(rollout);
        if (only.isPresent()) {
            return DeploymentPlan.scale(rollout, only.get(), rollout.replicas()).stream()
                    .toList();
        }
        if (rollout.current().filter(current -> isSaturated(rollout, current)).isPresent()) {
            return rollout.activeOld().stream()
                    .flatMap(old -> DeploymentPlan.scale(rollout, old, 0).stream())
                    .toList();
        }
        return rollout.isRecreate() ? List.of() : shares(rollout);
    }

    /** With one ReplicaSet that wants pods, or none, there are no shares. */
    private static Optional<ReplicaSet> onlyActiveOrNewest(Rollout rollout) {
        List<ReplicaSet> active = rollout.active();
        return switch (active.size()) {
            case 0 ->
                rollout.current()
                        .or(() -> rollout.old().isEmpty()
                                ? Optional.empty()
                                : Optional.of(rollout.old().getLast()));
            case 1 -> Optional.of(active.getFirst());
            default -> Optional.empty();
        };
    }

    private static boolean isSaturated(Rollout rollout, ReplicaSet current) {
        int wanted = rollout.replicas();
        var desired = Revision.size(current, Revision.DESIRED);
        return size(current) == wanted
                && desired.isPresent()
                && desired.getAsInt() == wanted
                && available(current) == wanted;
    }

    private static List<Action> shares(Rollout rollout) {
        int allowed = rollout.replicas() > 0 ? rollout.replicas() + rollout.maxSurge() : 0;
        List<ReplicaSet> active = new ArrayList<>(rollout.active());
        int toAdd = allowed - active.stream().mapToInt(Rollout::size).sum();
        // The largest first; among equals the newest grow and the oldest shrink first.
        Comparator<ReplicaSet> byAge = toAdd > 0 ? Rollout.OLDEST_FIRST.reversed() : Rollout.OLDEST_FIRST;
        active.sort(Comparator.<ReplicaSet>comparingInt(replicaSet -> -size(replicaSet))
                .thenComparing(byAge));
        Map<String, Integer> sizes = new HashMap<>();
        int added = 0;
        for (ReplicaSet replicaSet : active) {
            int share = toAdd == 0 ? 0 : share(rollout, replicaSet, toAdd, added);
            sizes.put(replicaSet.getMetadata().getName(), size(replicaSet) + share);
            added += share;
        }
        int leftover = toAdd - added;
        if (leftover != 0) {
            sizes.computeIfPresent(
                    active.getFirst().getMetadata().getName(), (name, size) -> Math.max(0, size + leftover));
        }
        return active.stream()
                .flatMap(replicaSet -> DeploymentPlan.resize(
                        rollout,
                        replicaSet,
                        sizes.getOrDefault(replicaSet.getMetadata().getName(), size(replicaSet)))
                        .stream())
                .toList();
    }

    private static int share(Rollout rollout, ReplicaSet replicaSet, int toAdd, int added) {
        if (toAdd == added) {
            return 0;
        }
        int fraction = fraction(rollout, replicaSet);
        return toAdd > 0 ? Math.min(fraction, toAdd - added) : Math.max(fraction, toAdd - added);
    }

    private static int fraction(Rollout rollout, ReplicaSet replicaSet) {
        int size = size(replicaSet);
        if (rollout.replicas() == 0) {
            return -size;
        }
        int before = Revision.size(replicaSet, Revision.MAX).orElse(0);
        if (before == 0) {
            var status = rollout.deployment().getStatus();
            before = status == null ? 0 : Rollout.orElse(status.getReplicas(), 0);
        }
        if (before == 0) {
            return 0;
        }
        double wanted = (double) size * (rollout.replicas() + rollout.maxSurge()) / before;
        return (int) Math.floor(wanted + 0.5) - size;
    }
}
