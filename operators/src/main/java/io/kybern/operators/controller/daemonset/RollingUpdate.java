package io.kybern.operators.controller.daemonset;

import io.fabric8.kubernetes.api.model.Pod;
import io.kybern.operators.controller.PodState;
import io.kybern.operators.controller.daemonset.DaemonPlan.Change;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Replaces pods of former templates. Pure. Without surge an old pod is deleted first, while fewer than {@code maxUnavailable}
 * nodes lack one; with surge (KEP-1591) a new one is started beside it on {@code maxSurge} nodes, and the old one goes when
 * that is available. An old pod that isn't available is replaced at once.
 */
final class RollingUpdate {
    private final DaemonState state;
    private final List<Pod> doomed = new ArrayList<>();
    private final List<String> nodes = new ArrayList<>();

    private RollingUpdate(DaemonState state) {
        this.state = state;
    }

    static Change plan(DaemonState state) {
        var update = new RollingUpdate(state);
        if (state.maxSurge() == 0) {
            update.deleteFirst();
        } else {
            update.startFirst();
        }
        return new Change(update.nodes, update.doomed, Map.of(), Optional.empty());
    }

    /** The pods of a node that aren't being deleted; more than one of a kind are for the plan to clear up. */
    private record Pair(Optional<Pod> newer, Optional<Pod> older, boolean crowded) {}

    private Pair pair(String node) {
        List<Pod> alive =
                state.on(node).stream().filter(pod -> !PodState.isDeleting(pod)).toList();
        List<Pod> newer = alive.stream().filter(state::isUpdated).toList();
        List<Pod> older = alive.stream().filter(pod -> !state.isUpdated(pod)).toList();
        return new Pair(newer.stream().findFirst(), older.stream().findFirst(), newer.size() > 1 || older.size() > 1);
    }

    /** Nodes that have a pod or should have one. */
    private TreeSet<String> concerned() {
        var names = new TreeSet<>(state.pods().keySet());
        state.fits().forEach((node, fit) -> {
            if (fit.shouldRun()) {
                names.add(node);
            }
        });
        return names;
    }

    private void deleteFirst() {
        int unavailable = 0;
        List<Pod> candidates = new ArrayList<>();
        for (String node : concerned()) {
            Pair pair = pair(node);
            if (pair.crowded() || pair.newer().isPresent() == pair.older().isPresent()) {
                unavailable++;
            } else if (pair.newer().isPresent()) {
                unavailable += state.isAvailable(pair.newer().get()) ? 0 : 1;
            } else if (!state.isAvailable(pair.older().orElseThrow())) {
                doomed.add(pair.older().orElseThrow());
                unavailable++;
            } else {
                candidates.add(pair.older().orElseThrow());
            }
        }
        doomed.addAll(first(candidates, state.maxUnavailable() - unavailable));
    }

    private void startFirst() {
        int surging = 0;
        int available = 0;
        List<String> candidates = new ArrayList<>();
        List<Pod> misplaced = new ArrayList<>();
        for (String node : concerned()) {
            Pair pair = pair(node);
            if (pair.crowded()) {
                surging++;
                continue;
            }
            if (pair.older().or(pair::newer).filter(state::isAvailable).isPresent()) {
                available++;
            }
            if (pair.older().isEmpty()) {
                continue;
            }
            Pod older = pair.older().get();
            boolean suits = Optional.ofNullable(state.fits().get(node))
                    .filter(NodeFit::shouldRun)
                    .isPresent();
            if (pair.newer().isPresent()) {
                if (state.isAvailable(pair.newer().get())) {
                    doomed.add(older);
                } else {
                    surging++;
                }
            } else if (state.isAvailable(older)) {
                if (suits) {
                    candidates.add(node);
                } else {
                    misplaced.add(older);
                }
            } else if (suits) {
                nodes.add(node);
            } else {
                doomed.add(older);
            }
        }
        // A node that no longer suits keeps its pod until there are enough elsewhere.
        doomed.addAll(first(misplaced, available - state.desired()));
        nodes.addAll(first(candidates, state.maxSurge() - surging));
    }

    private static <T> List<T> first(List<T> items, int count) {
        return items.subList(0, Math.max(0, Math.min(count, items.size())));
    }
}
