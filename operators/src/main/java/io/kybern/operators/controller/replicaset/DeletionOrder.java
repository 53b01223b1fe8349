package io.kybern.operators.controller.replicaset;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.kybern.operators.controller.PodState;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Which pods go first when there are too many: those whose loss hurts least. Unassigned before assigned, pending before
 * running, not ready before ready, cheap before dear ({@code controller.kubernetes.io/pod-deletion-cost}), crowded before
 * alone on a node, ready for a shorter time, restarted more often, younger. Times compare by the logarithm of the age
 * (KEP-2185): among pods of about the same age chance decides, so that zones empty evenly.
 */
final class DeletionOrder {
    private static final String COST = "controller.kubernetes.io/pod-deletion-cost";

    private DeletionOrder() {}

    static List<Pod> first(int count, List<Pod> pods, List<Pod> relatives, Instant now) {
        if (count >= pods.size()) {
            return List.copyOf(pods);
        }
        Map<String, Integer> crowd = new HashMap<>();
        relatives.forEach(pod -> crowd.merge(PodState.nodeName(pod), 1, Integer::sum));
        return pods.stream().sorted(order(crowd, now)).limit(count).toList();
    }

    private static Comparator<Pod> order(Map<String, Integer> crowd, Instant now) {
        return Comparator.<Pod, Boolean>comparing(pod -> !PodState.nodeName(pod).isEmpty())
                .thenComparing(pod -> phaseOrder(PodState.phase(pod)))
                .thenComparing(PodState::isReady)
                .thenComparing(DeletionOrder::cost)
                .thenComparing(pod -> -crowd.getOrDefault(PodState.nodeName(pod), 0))
                .thenComparing((one, other) -> PodState.isReady(one) && PodState.isReady(other)
                        ? byAge(
                                PodState.readySince(one).orElseThrow(),
                                PodState.readySince(other).orElseThrow(),
                                one,
                                other,
                                now)
                        : 0)
                .thenComparing(pod -> -restarts(pod, false))
                .thenComparing(pod -> -restarts(pod, true))
                .thenComparing(
                        (one, other) -> byAge(PodState.createdAt(one), PodState.createdAt(other), one, other, now));
    }

    private static int byAge(Instant one, Instant other, Pod onePod, Pod otherPod, Instant now) {
        if (one.equals(other)) {
            return 0;
        }
        if (one.equals(Instant.EPOCH) || other.equals(Instant.EPOCH)) {
            return one.equals(Instant.EPOCH) ? -1 : 1;
        }
        int byRank = Long.compare(rank(one, now), rank(other, now));
        return byRank != 0
                ? byRank
                : onePod.getMetadata().getUid().compareTo(otherPod.getMetadata().getUid());
    }

    /** Ages within a factor of two are alike. */
    private static long rank(Instant time, Instant now) {
        long nanos = Duration.between(time, now).toNanos();
        return nanos <= 0 ? -1 : 63 - Long.numberOfLeadingZeros(nanos);
    }

    private static int phaseOrder(String phase) {
        return switch (phase) {
            case "Pending" -> 0;
            case "Unknown" -> 1;
            default -> 2;
        };
    }

    /** What does not parse as the server would accept it costs nothing. */
    private static int cost(Pod pod) {
        Map<String, String> annotations = pod.getMetadata().getAnnotations();
        String cost = annotations == null ? null : annotations.get(COST);
        if (cost == null || !cost.matches("0|-?[1-9][0-9]{0,9}")) {
            return 0;
        }
        long value = Long.parseLong(cost);
        return value == (int) value ? (int) value : 0;
    }

    private static int restarts(Pod pod, boolean sidecars) {
        if (pod.getStatus() == null) {
            return 0;
        }
        if (!sidecars) {
            return pod.getStatus().getContainerStatuses().stream()
                    .mapToInt(status -> status.getRestartCount() == null ? 0 : status.getRestartCount())
                    .max()
                    .orElse(0);
        }
        Set<String> names = pod.getSpec().getInitContainers().stream()
                .filter(container -> "Always".equals(container.getRestartPolicy()))
                .map(Container::getName)
                .collect(Collectors.toSet());
        return pod.getStatus().getInitContainerStatuses().stream()
                .filter(status -> names.contains(status.getName()))
                .mapToInt(status -> status.getRestartCount() == null ? 0 : status.getRestartCount())
                .max()
                .orElse(0);
    }
}
