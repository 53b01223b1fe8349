package io.kybern.operators.scheduler.pod;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What a pod asks of its node, by the formula of KEP-753 (sidecars): containers run together and add up; an init
 * container runs beside the sidecars started before it, and the pod needs the most of any such moment. Pod-level
 * requests (KEP-2837) take the place of that sum; overhead comes on top. Of a container being resized (KEP-1287) the
 * largest of wanted, allocated and actual counts.
 */
final class PodRequests {
    /** What a container without a request counts as when nodes are compared (kube-scheduler's defaults). */
    static final Map<String, Long> TYPICAL = Map.of("cpu", 100L, "memory", 200L * 1024 * 1024);

    private PodRequests() {}

    static Map<String, Long> exact(Pod pod) {
        return of(pod, Map.of());
    }

    /** As {@link #exact}, but containers without a request count as {@link #TYPICAL}. */
    static Map<String, Long> nonZero(Pod pod) {
        return of(pod, TYPICAL);
    }

    private static Map<String, Long> of(Pod pod, Map<String, Long> defaults) {
        PodSpec spec = pod.getSpec();
        Map<String, ContainerStatus> resized = resizable(pod);
        boolean infeasible = resizeIsInfeasible(pod);
        var total = new HashMap<String, Long>();
        for (Container container : spec.getContainers()) {
            add(total, requests(container, resized, infeasible, defaults));
        }
        var sidecars = new HashMap<String, Long>();
        var peak = new HashMap<String, Long>();
        for (Container container : spec.getInitContainers()) {
            boolean sidecar = "Always".equals(container.getRestartPolicy());
            var own = requests(container, sidecar ? resized : Map.of(), infeasible, defaults);
            if (sidecar) {
                add(total, own);
                add(sidecars, own);
                max(peak, sidecars);
            } else {
                var moment = new HashMap<>(sidecars);
                add(moment, own);
                max(peak, moment);
            }
        }
        max(total, peak);
        if (spec.getResources() != null && spec.getResources().getRequests() != null) {
            spec.getResources().getRequests().forEach((name, quantity) -> {
                if (countsForThePod(name)) {
                    total.put(name, ResourceVector.amount(name, quantity));
                }
            });
        }
        if (spec.getOverhead() != null) {
            add(total, amounts(spec.getOverhead()));
        }
        total.put("pods", 1L);
        return total;
    }

    private static boolean countsForThePod(String resource) {
        return resource.equals("cpu") || resource.equals("memory") || resource.startsWith("hugepages-");
    }

    private static Map<String, Long> requests(
            Container container, Map<String, ContainerStatus> resized, boolean infeasible, Map<String, Long> defaults) {
        Map<String, Long> wanted = container.getResources() == null
                ? Map.of()
                : amounts(container.getResources().getRequests());
        ContainerStatus status = resized.get(container.getName());
        Map<String, Long> effective = wanted;
        if (status != null) {
            effective = new HashMap<>(infeasible ? Map.of() : wanted);
            max(effective, amounts(status.getResources().getRequests()));
            max(effective, amounts(status.getAllocatedResources()));
        }
        if (effective.keySet().containsAll(defaults.keySet())) {
            return effective;
        }
        var filled = new HashMap<>(defaults);
        filled.putAll(effective);
        return filled;
    }

    private static Map<String, ContainerStatus> resizable(Pod pod) {
        if (pod.getStatus() == null) {
            return Map.of();
        }
        List<ContainerStatus> statuses = new ArrayList<>();
        Stream.of(pod.getStatus().getContainerStatuses(), pod.getStatus().getInitContainerStatuses())
                .flatMap(List::stream)
                .filter(status -> status.getResources() != null)
                .forEach(statuses::add);
        if (statuses.isEmpty()) {
            return Map.of();
        }
        var byName = new HashMap<String, ContainerStatus>();
        statuses.forEach(status -> byName.put(status.getName(), status));
        return byName;
    }

    private static boolean resizeIsInfeasible(Pod pod) {
        return pod.getStatus() != null
                && pod.getStatus().getConditions().stream()
                        .anyMatch(condition -> "PodResizePending".equals(condition.getType())
                                && "Infeasible".equals(condition.getReason()));
    }

    private static Map<String, Long> amounts(Map<String, Quantity> quantities) {
        if (quantities == null || quantities.isEmpty()) {
            return Map.of();
        }
        var amounts = new HashMap<String, Long>();
        quantities.forEach((name, quantity) -> amounts.put(name, ResourceVector.amount(name, quantity)));
        return amounts;
    }

    private static void add(Map<String, Long> to, Map<String, Long> what) {
        what.forEach((name, amount) -> to.merge(name, amount, Long::sum));
    }

    private static void max(Map<String, Long> to, Map<String, Long> what) {
        what.forEach((name, amount) -> to.merge(name, amount, Long::max));
    }
}
