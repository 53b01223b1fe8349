package io.kybern.operators.controller.daemonset;

import io.fabric8.kubernetes.api.model.Pod;
import io.kybern.operators.controller.PodState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Which nodes of a DaemonSet need a pod, and which pods have to go whatever their template. Pure but for what it is given. */
final class DaemonPlan {
    private DaemonPlan() {}

    /**
     * @param nodes to start a pod on
     * @param doomed pods to delete
     * @param ended those of them that have succeeded or failed by themselves, with their nodes
     * @param pause until a pod that failed may be replaced; empty: none has to wait
     */
    record Change(List<String> nodes, List<Pod> doomed, Map<Pod, String> ended, Optional<Duration> pause) {
        /** So many are made, and so many deleted, in one round. */
        private static final int BURST = 250;

        Change {
            nodes = nodes.subList(0, Math.min(BURST, nodes.size()));
            doomed = doomed.subList(0, Math.min(BURST, doomed.size()));
        }

        boolean isNothing() {
            return nodes.isEmpty() && doomed.isEmpty();
        }
    }

    /** @param hold how long a node's failed pod must be left where it is; asked once for a pod that would be deleted */
    static Change manage(DaemonState state, Function<String, Optional<Duration>> hold) {
        List<String> nodes = new ArrayList<>();
        List<Pod> doomed = new ArrayList<>();
        Map<Pod, String> ended = new LinkedHashMap<>();
        Optional<Duration> pause = Optional.empty();
        for (var entry : state.fits().entrySet()) {
            String node = entry.getKey();
            List<Pod> pods = state.on(node);
            List<Pod> alive =
                    pods.stream().filter(pod -> !PodState.isDeleting(pod)).toList();
            if (entry.getValue().shouldRun() && pods.isEmpty()) {
                nodes.add(node);
                continue;
            }
            if (!entry.getValue().mayStay()) {
                doomed.addAll(alive);
                continue;
            }
            List<Pod> running = new ArrayList<>();
            for (Pod pod : alive) {
                if (!PodState.isTerminal(pod)) {
                    running.add(pod);
                    continue;
                }
                Optional<Duration> held = PodState.phase(pod).equals("Failed") ? hold.apply(node) : Optional.empty();
                if (held.isPresent()) {
                    pause = pause.filter(known -> known.compareTo(held.get()) < 0)
                            .or(() -> held);
                } else {
                    doomed.add(pod);
                    ended.put(pod, node);
                }
            }
            doomed.addAll(surplus(state, running));
            if (state.surges() && running.isEmpty() && entry.getValue().shouldRun()) {
                // What is on its way out need not be waited for.
                nodes.add(node);
            }
        }
        doomed.addAll(homeless(state));
        return new Change(nodes, doomed, ended, pause);
    }

    /** More pods than a node may have: the oldest stays; with surge, the oldest of the old and of the new while that makes sense. */
    private static List<Pod> surplus(DaemonState state, List<Pod> running) {
        if (running.size() <= 1) {
            return List.of();
        }
        if (!state.surges()) {
            return running.subList(1, running.size());
        }
        Optional<Pod> newest = running.stream().filter(pod -> isNew(state, pod)).findFirst();
        Optional<Pod> former =
                running.stream().filter(pod -> !isNew(state, pod)).findFirst();
        List<Pod> surplus = new ArrayList<>(running);
        newest.ifPresent(surplus::remove);
        boolean replaced = newest.isPresent()
                && former.isPresent()
                && (!PodState.isReady(former.get()) || state.isAvailable(newest.get()));
        if (!replaced) {
            former.ifPresent(surplus::remove);
        }
        return surplus;
    }

    private static boolean isNew(DaemonState state, Pod pod) {
        return DaemonPods.hash(pod).equals(state.hash());
    }

    /** Pods for nodes that are gone would wait for ever. */
    private static List<Pod> homeless(DaemonState state) {
        return state.pods().entrySet().stream()
                .filter(entry -> !state.fits().containsKey(entry.getKey()))
                .flatMap(entry -> entry.getValue().stream())
                .filter(pod -> PodState.nodeName(pod).isEmpty())
                .toList();
    }
}
