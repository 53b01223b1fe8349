package io.kybern.operators.controller.daemonset;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.kybern.operators.controller.PodState;
import io.kybern.operators.controller.Share;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A DaemonSet and what there is of it.
 *
 * @param hash of the present template; pods carry it
 * @param fits all nodes, by name, and whether they suit
 * @param pods by node, the one that counts first; nodes without are left out
 */
record DaemonState(DaemonSet set, String hash, Map<String, NodeFit> fits, Map<String, List<Pod>> pods, Instant now) {
    /** Pods with a node first, then by age. */
    private static final Comparator<Pod> OLDEST_FIRST = Comparator.<Pod, Boolean>comparing(
                    pod -> PodState.nodeName(pod).isEmpty())
            .thenComparing(PodState::createdAt)
            .thenComparing(pod -> pod.getMetadata().getName());

    static DaemonState of(DaemonSet set, String hash, List<Node> nodes, List<Pod> owned, Instant now) {
        Map<String, NodeFit> fits = new TreeMap<>();
        nodes.forEach(node -> fits.put(node.getMetadata().getName(), NodeFit.of(set, node)));
        Map<String, List<Pod>> pods = new TreeMap<>();
        owned.stream()
                // One that has ended and is being deleted is somebody else's to finish.
                .filter(pod -> !PodState.isTerminal(pod) || !PodState.isDeleting(pod))
                .sorted(OLDEST_FIRST)
                .forEach(pod -> DaemonPods.node(pod)
                        .ifPresent(node -> pods.computeIfAbsent(node, n -> new ArrayList<>())
                                .add(pod)));
        return new DaemonState(set, hash, fits, pods, now);
    }

    List<Pod> on(String node) {
        return pods.getOrDefault(node, List.of());
    }

    /** How many nodes should run a pod. */
    int desired() {
        return (int) fits.values().stream().filter(NodeFit::shouldRun).count();
    }

    boolean isUpdated(Pod pod) {
        return DaemonPods.isUpdated(set, hash, pod);
    }

    int minReadySeconds() {
        Integer seconds = set.getSpec().getMinReadySeconds();
        return seconds == null ? 0 : seconds;
    }

    boolean isAvailable(Pod pod) {
        return PodState.isAvailable(pod, minReadySeconds(), now);
    }

    boolean isRolling() {
        return "RollingUpdate".equals(set.getSpec().getUpdateStrategy().getType());
    }

    /** How many nodes may have a new pod beside the old one. */
    int maxSurge() {
        return maxSurge(desired());
    }

    /** Whether a node may have two pods at all. */
    boolean surges() {
        return maxSurge(1) > 0;
    }

    private int maxSurge(int nodes) {
        var rolling = set.getSpec().getUpdateStrategy().getRollingUpdate();
        return !isRolling() || rolling == null ? 0 : Share.of(rolling.getMaxSurge(), nodes, true);
    }

    /** How many nodes may be without a pod that is available. Both may be zero, which would never get on. */
    int maxUnavailable() {
        var rolling = set.getSpec().getUpdateStrategy().getRollingUpdate();
        int number = rolling == null ? 0 : Share.of(rolling.getMaxUnavailable(), desired(), true);
        return desired() > 0 && number == 0 && maxSurge() == 0 ? 1 : number;
    }
}
