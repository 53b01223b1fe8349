package io.kybern.operators.controller.statefulset;

import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.ControllerRevision;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.kybern.operators.controller.PodState;
import io.kybern.operators.controller.history.TemplatePatch;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A StatefulSet and what there is of it.
 *
 * @param current the revision that all pods had when the last update was done
 * @param update the revision of the template that the set has now
 * @param slots one for each pod that is wanted, by their numbers
 * @param condemned pods that are not wanted, the highest number first
 * @param claims the claim of a name in the set's namespace
 */
record SetState(
        StatefulSet set,
        ControllerRevision current,
        ControllerRevision update,
        List<Slot> slots,
        List<Pod> condemned,
        Function<String, Optional<PersistentVolumeClaim>> claims,
        Instant now) {
    /**
     * The place of a pod.
     *
     * @param pod as it is, or as it is to be made
     */
    record Slot(Pod pod, boolean exists) {}

    SetState {
        slots = List.copyOf(slots);
        condemned = List.copyOf(condemned);
    }

    static SetState of(
            StatefulSet set,
            ControllerRevision current,
            ControllerRevision update,
            List<Pod> pods,
            Function<String, Optional<PersistentVolumeClaim>> claims,
            Instant now) {
        Map<Integer, Pod> wanted = new TreeMap<>();
        List<Pod> condemned = new ArrayList<>();
        for (Pod pod : pods) {
            int ordinal = Ordinals.of(pod);
            if (Ordinals.wanted(set, ordinal)) {
                wanted.put(ordinal, pod);
            } else if (ordinal >= 0) {
                condemned.add(pod);
            }
        }
        List<Slot> slots = new ArrayList<>();
        int start = Ordinals.start(set);
        for (int ordinal = start; ordinal < start + Ordinals.replicas(set); ordinal++) {
            Pod pod = wanted.get(ordinal);
            slots.add(pod == null ? new Slot(missing(set, current, update, ordinal), false) : new Slot(pod, true));
        }
        condemned.sort(Comparator.<Pod>comparingInt(Ordinals::of).reversed());
        return new SetState(set, current, update, slots, condemned, claims, now);
    }

    /** Below the partition pods are made as they were before the update. */
    private static Pod missing(StatefulSet set, ControllerRevision current, ControllerRevision update, int ordinal) {
        var strategy = set.getSpec().getUpdateStrategy();
        boolean rolling = strategy != null && "RollingUpdate".equals(strategy.getType());
        int former = strategy != null && strategy.getRollingUpdate() != null
                ? partition(set)
                : rolling && set.getStatus() != null ? orZero(set.getStatus().getCurrentReplicas()) : 0;
        ControllerRevision revision = ordinal < Ordinals.start(set) + former ? current : update;
        // What a revision keeps is read only where it is not what the set says itself.
        var template = revision == update ? set.getSpec().getTemplate() : TemplatePatch.template(revision);
        return SetPods.pod(set, template, revision.getMetadata().getName(), ordinal);
    }

    static int partition(StatefulSet set) {
        var strategy = set.getSpec().getUpdateStrategy();
        return strategy == null || strategy.getRollingUpdate() == null
                ? 0
                : orZero(strategy.getRollingUpdate().getPartition());
    }

    static int orZero(@Nullable Integer value) {
        return value == null ? 0 : value;
    }

    int minReadySeconds() {
        return orZero(set.getSpec().getMinReadySeconds());
    }

    boolean isOrdered() {
        return !"Parallel".equals(set.getSpec().getPodManagementPolicy());
    }

    boolean isAvailable(Pod pod) {
        return PodState.isAvailable(pod, minReadySeconds(), now);
    }

    boolean isUnavailable(Pod pod) {
        return !isAvailable(pod) || PodState.isDeleting(pod);
    }

    static boolean isRunningAndReady(Pod pod) {
        return PodState.phase(pod).equals("Running") && PodState.isReady(pod);
    }

    boolean isUpdated(Pod pod) {
        return SetPods.revision(pod).equals(update.getMetadata().getName());
    }

    /** The claims that a pod should have and the cache knows of. */
    List<PersistentVolumeClaim> claimsOf(Pod pod) {
        return SetClaims.templates(set).stream()
                .flatMap(template -> claims.apply(SetClaims.name(set, template, Ordinals.of(pod))).stream())
                .toList();
    }
}
