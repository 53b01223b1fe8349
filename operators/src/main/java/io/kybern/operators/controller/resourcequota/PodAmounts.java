package io.kybern.operators.controller.resourcequota;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a pod asks for, or may use, by the formula of KEP-753 (sidecars) and KEP-2837 (resources of the pod). Of a container
 * that is being resized (KEP-1287) the largest of wanted, allocated and actual counts.
 */
final class PodAmounts {
    private final Pod pod;
    private final boolean requests;
    private final Map<String, ContainerStatus> statuses = new HashMap<>();

    private PodAmounts(Pod pod, boolean requests) {
        this.pod = pod;
        this.requests = requests;
        if (pod.getStatus() != null) {
            Stream.of(pod.getStatus().getContainerStatuses(), pod.getStatus().getInitContainerStatuses())
                    .flatMap(list -> list.stream())
                    .filter(status -> status.getResources() != null)
                    .forEach(status -> statuses.put(status.getName(), status));
        }
    }

    static Amounts requests(Pod pod) {
        return new PodAmounts(pod, true).effective();
    }

    static Amounts limits(Pod pod) {
        return new PodAmounts(pod, false).effective();
    }

    private Amounts effective() {
        Amounts sum = new Amounts();
        for (Container container : pod.getSpec().getContainers()) {
            sum.addAll(of(container, true));
        }
        Amounts sidecars = new Amounts();
        Amounts peak = new Amounts();
        for (Container container : pod.getSpec().getInitContainers()) {
            boolean sidecar = "Always".equals(container.getRestartPolicy());
            Amounts own = of(container, sidecar);
            if (sidecar) {
                sum.addAll(own);
                sidecars.addAll(own);
                peak.most(sidecars);
            } else {
                own.addAll(sidecars);
                peak.most(own);
            }
        }
        sum.most(peak);
        Amounts ofPod = Amounts.of(list(pod.getSpec().getResources()));
        for (String name : ofPod.resources()) {
            if (name.equals("cpu") || name.equals("memory") || name.startsWith("hugepages-")) {
                sum.set(name, ofPod.quantity(name));
            }
        }
        overhead(sum);
        return sum;
    }

    private void overhead(Amounts sum) {
        Map<String, Quantity> overhead = pod.getSpec().getOverhead();
        if (overhead == null) {
            return;
        }
        overhead.forEach((name, quantity) -> {
            if (requests || sum.has(name) && !sum.isZero(name)) {
                sum.add(name, quantity);
            }
        });
    }

    private @Nullable Map<String, Quantity> list(@Nullable ResourceRequirements resources) {
        if (resources == null) {
            return null;
        }
        return requests ? resources.getRequests() : resources.getLimits();
    }

    private Amounts of(Container container, boolean runs) {
        ContainerStatus status = runs ? statuses.get(container.getName()) : null;
        if (status == null) {
            return Amounts.of(list(container.getResources()));
        }
        Amounts most = isInfeasible() ? new Amounts() : Amounts.of(list(container.getResources()));
        most.most(Amounts.of(list(status.getResources())));
        if (requests) {
            most.most(Amounts.of(status.getAllocatedResources()));
        }
        return most;
    }

    private boolean isInfeasible() {
        return pod.getStatus().getConditions().stream()
                .anyMatch(condition ->
                        "PodResizePending".equals(condition.getType()) && "Infeasible".equals(condition.getReason()));
    }
}
