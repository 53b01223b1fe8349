package io.kybern.operators.controller.statefulset;

import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.kybern.operators.controller.PodState;
import io.kybern.operators.controller.Share;
import io.kybern.operators.controller.statefulset.SetState.Slot;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The next steps of a StatefulSet. Pure.
 *
 * <p>In order: each wanted pod from the lowest number on, one at a time, the next when the one before is available; then the
 * pods that are not wanted, from the highest on; then, if all are well, pods of another revision are deleted from the highest
 * on, down to the partition. In parallel: all of it at once.
 */
final class StatefulSetPlan {
    private final SetState state;
    private final ClaimRetention retention;
    private final List<List<Action>> batches = new ArrayList<>();

    private StatefulSetPlan(SetState state) {
        this.state = state;
        this.retention = ClaimRetention.of(state.set());
    }

    /** What to do to a pod. */
    sealed interface Action {
        Pod pod();

        /** Make it and its claims. */
        record Create(Pod pod) implements Action {}

        /** @param outdated it is of another revision, and nothing else is wrong */
        record Delete(Pod pod, boolean outdated) implements Action {}

        /** Make claims that are missing. */
        record Provide(Pod pod) implements Action {}

        /** Give it back its labels, its volumes, and its claims their owners. */
        record Repair(Pod pod) implements Action {}

        /** Give its claims other owners, as it is not wanted any more. */
        record Disown(Pod pod) implements Action {}
    }

    /** Batches that follow each other unless one fails; within one, all at once. */
    static List<List<Action>> plan(SetState state) {
        if (PodState.isDeleting(state.set())) {
            return List.of();
        }
        var plan = new StatefulSetPlan(state);
        if (state.isOrdered()) {
            plan.ordered();
        } else {
            plan.parallel();
        }
        return plan.batches;
    }

    private void ordered() {
        for (Slot slot : state.slots()) {
            if (!settled(slot)) {
                return;
            }
        }
        disown();
        if (!state.condemned().isEmpty()) {
            Pod highest = state.condemned().getFirst();
            boolean mayGo = SetState.isRunningAndReady(highest) && state.isAvailable(highest)
                    || firstUnavailable().filter(first -> first == highest).isPresent();
            if (!PodState.isDeleting(highest) && mayGo) {
                batches.add(List.of(new Action.Delete(highest, false)));
            }
            return;
        }
        update();
    }

    /** Whether the pods after this one may be looked at. */
    private boolean settled(Slot slot) {
        Pod pod = slot.pod();
        if (PodState.isTerminal(pod)) {
            deleteEnded(pod).ifPresent(action -> batches.add(List.of(action)));
            return false;
        }
        if (!slot.exists()) {
            if (!hasStaleClaim(pod)) {
                batches.add(List.of(new Action.Create(pod)));
            }
            return false;
        }
        if (lacksClaims(pod)) {
            batches.add(List.of(new Action.Provide(pod)));
        }
        if (PodState.isDeleting(pod) || !SetState.isRunningAndReady(pod) || !state.isAvailable(pod)) {
            return false;
        }
        if (isDamaged(pod)) {
            batches.add(List.of(new Action.Repair(pod)));
        }
        return true;
    }

    private void parallel() {
        List<Action> first = new ArrayList<>();
        List<Action> repairs = new ArrayList<>();
        for (Slot slot : state.slots()) {
            Pod pod = slot.pod();
            if (PodState.isTerminal(pod)) {
                deleteEnded(pod).ifPresent(first::add);
            } else if (!slot.exists()) {
                if (!hasStaleClaim(pod)) {
                    first.add(new Action.Create(pod));
                }
            } else {
                if (lacksClaims(pod)) {
                    first.add(new Action.Provide(pod));
                }
                if (isDamaged(pod)) {
                    repairs.add(new Action.Repair(pod));
                }
            }
        }
        batches.add(first);
        batches.add(repairs);
        disown();
        batches.add(state.condemned().stream()
                .filter(pod -> !PodState.isDeleting(pod))
                .<Action>map(pod -> new Action.Delete(pod, false))
                .toList());
        update();
    }

    /** A pod that has ended, in whichever way, is made again once it is gone. */
    private static Optional<Action> deleteEnded(Pod pod) {
        return PodState.isDeleting(pod) ? Optional.empty() : Optional.of(new Action.Delete(pod, false));
    }

    private boolean hasStaleClaim(Pod pod) {
        return retention.whenScaled() && state.claimsOf(pod).stream().anyMatch(claim -> retention.isStale(claim, pod));
    }

    private boolean lacksClaims(Pod pod) {
        List<PersistentVolumeClaim> claims = state.claimsOf(pod);
        return PodState.phase(pod).equals("Pending")
                && (claims.size() < SetClaims.templates(state.set()).size()
                        || claims.stream().anyMatch(PodState::isDeleting)
                        || !retained(pod));
    }

    private boolean isDamaged(Pod pod) {
        return !SetPods.hasIdentity(state.set(), pod) || !SetClaims.areMounted(state.set(), pod) || !retained(pod);
    }

    private boolean retained(Pod pod) {
        return state.claimsOf(pod).stream().allMatch(claim -> retention.holds(claim, state.set(), pod));
    }

    private void disown() {
        state.condemned().stream()
                .filter(pod -> !retained(pod))
                .forEach(pod -> batches.add(List.of(new Action.Disown(pod))));
    }

    /** The lowest that is wanted; if all of these are well, the lowest that is not. */
    private Optional<Pod> firstUnavailable() {
        return state.slots().stream()
                .map(Slot::pod)
                .filter(state::isUnavailable)
                .findFirst()
                .or(() -> state.condemned().reversed().stream()
                        .filter(state::isUnavailable)
                        .findFirst());
    }

    private void update() {
        var strategy = state.set().getSpec().getUpdateStrategy();
        if (strategy != null && "OnDelete".equals(strategy.getType())) {
            return;
        }
        IntOrString limit = strategy == null || strategy.getRollingUpdate() == null
                ? null
                : strategy.getRollingUpdate().getMaxUnavailable();
        List<Action> doomed = limit == null ? updateOne() : updateSome(maxUnavailable(limit));
        doomed.forEach(action -> batches.add(List.of(action)));
    }

    /** The highest that is not of this revision, if all above it are available. */
    private List<Action> updateOne() {
        List<Slot> slots = state.slots();
        for (int i = slots.size() - 1; i >= SetState.partition(state.set()); i--) {
            Pod pod = slots.get(i).pod();
            if (!state.isUpdated(pod) && !PodState.isDeleting(pod)) {
                return slots.get(i).exists() ? List.of(new Action.Delete(pod, true)) : List.of();
            }
            if (state.isUnavailable(pod)) {
                return List.of();
            }
        }
        return List.of();
    }

    /** The highest, as many as may be unavailable besides those that are (KEP-961). */
    private List<Action> updateSome(int maxUnavailable) {
        List<Slot> slots = state.slots();
        long unavailable =
                slots.stream().map(Slot::pod).filter(state::isUnavailable).count();
        List<Action> doomed = new ArrayList<>();
        for (int i = slots.size() - 1;
                i >= SetState.partition(state.set()) && doomed.size() < maxUnavailable - unavailable;
                i--) {
            Pod pod = slots.get(i).pod();
            if (slots.get(i).exists() && !state.isUpdated(pod) && !PodState.isDeleting(pod)) {
                doomed.add(new Action.Delete(pod, true));
            }
        }
        return doomed;
    }

    /** At least one, also where a part of a few pods rounds down to none. */
    private int maxUnavailable(IntOrString limit) {
        return Math.max(1, Share.of(limit, state.slots().size(), false));
    }
}
