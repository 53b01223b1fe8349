package io.kybern.node.pod;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.HostIPBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.PodConditionBuilder;
import io.fabric8.kubernetes.api.model.PodIPBuilder;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.api.model.PodStatusBuilder;
import io.kybern.node.runtime.SandboxState;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The pod's status, a pure function of an {@link Observation}: phase, addresses, container statuses, and the conditions
 * that a kubelet owns in upstream's order. Conditions of others stay as they are.
 */
public final class PodStatuses {
    private static final Set<String> OWNED =
            Set.of("PodReadyToStartContainers", "Initialized", "Ready", "ContainersReady", "PodScheduled");

    private PodStatuses() {}

    public static PodStatus of(Observation observed, List<String> hostAddresses) {
        Pod pod = observed.pod();
        PodStatus reported = observed.reported();
        PodPhase phase = PodPhase.of(observed);
        PodStatusBuilder status = new PodStatusBuilder()
                .withObservedGeneration(pod.getMetadata().getGeneration())
                .withPhase(phase.word())
                .withReason(reported.getReason())
                .withMessage(reported.getMessage())
                .withQosClass(reported.getQosClass())
                .withNominatedNodeName(
                        pod.getStatus() == null ? null : pod.getStatus().getNominatedNodeName())
                .withStartTime(
                        reported.getStartTime() != null
                                ? reported.getStartTime()
                                : observed.now().truncatedTo(ChronoUnit.SECONDS).toString())
                .withHostIP(hostAddresses.getFirst())
                .withHostIPs(hostAddresses.stream()
                        .map(address -> new HostIPBuilder().withIp(address).build())
                        .toList())
                .withInitContainerStatuses(ContainerStatuses.of(observed, PodContainers.init(pod)))
                .withContainerStatuses(ContainerStatuses.of(observed, PodContainers.main(pod)))
                .withConditions(conditions(observed, phase));
        if (observed.pastDeadline() && !observed.ended()) {
            status.withReason("DeadlineExceeded")
                    .withMessage("Pod was active on the node longer than the specified deadline");
        }
        addresses(observed, hostAddresses, status);
        return status.build();
    }

    private static void addresses(Observation observed, List<String> hostAddresses, PodStatusBuilder status) {
        List<String> addresses = PodContainers.hostNetwork(observed.pod())
                ? (observed.actual().sandbox().isPresent() ? hostAddresses : List.of())
                : observed.actual().sandbox().map(SandboxState::addresses).orElse(List.of());
        if (addresses.isEmpty() && observed.reported().getPodIP() != null) {
            status.withPodIP(observed.reported().getPodIP())
                    .withPodIPs(observed.reported().getPodIPs());
        } else if (!addresses.isEmpty()) {
            status.withPodIP(addresses.getFirst())
                    .withPodIPs(addresses.stream()
                            .map(address -> new PodIPBuilder().withIp(address).build())
                            .toList());
        }
    }

    private static List<PodCondition> conditions(Observation observed, PodPhase phase) {
        List<PodCondition> conditions = new ArrayList<>();
        if (observed.pod().getStatus() != null) {
            observed.pod().getStatus().getConditions().stream()
                    .filter(condition -> !OWNED.contains(condition.getType()))
                    .forEach(conditions::add);
        }
        boolean sandbox = observed.actual().readySandbox().isPresent();
        conditions.add(condition(observed, "PodReadyToStartContainers", Verdict.of(sandbox)));
        conditions.add(condition(observed, "Initialized", initialized(observed, phase)));
        Verdict containersReady = containersReady(observed, phase);
        conditions.add(condition(observed, "Ready", ready(observed, containersReady)));
        conditions.add(condition(observed, "ContainersReady", containersReady));
        conditions.add(condition(observed, "PodScheduled", Verdict.TRUE));
        return conditions;
    }

    /** A condition's value with its reason and message; both empty when it is true. */
    private record Verdict(boolean holds, String reason, String message) {
        static final Verdict TRUE = new Verdict(true, "", "");

        static Verdict of(boolean holds) {
            return new Verdict(holds, "", "");
        }
    }

    private static Verdict initialized(Observation observed, PodPhase phase) {
        if (phase == PodPhase.SUCCEEDED) {
            return new Verdict(true, "PodCompleted", "");
        }
        List<String> incomplete = PodContainers.init(observed.pod()).stream()
                .filter(container -> PodContainers.sidecar(container)
                        ? !observed.started(container) && !observed.mainBegun()
                        : !observed.latest(container)
                                .map(state -> state.succeeded())
                                .orElse(observed.mainBegun()))
                .map(Container::getName)
                .toList();
        return incomplete.isEmpty()
                ? Verdict.TRUE
                : new Verdict(
                        false,
                        "ContainersNotInitialized",
                        "containers with incomplete status: [" + String.join(" ", incomplete) + "]");
    }

    private static Verdict containersReady(Observation observed, PodPhase phase) {
        if (phase == PodPhase.SUCCEEDED) {
            return new Verdict(false, "PodCompleted", "");
        }
        if (phase == PodPhase.FAILED) {
            return new Verdict(false, "PodFailed", "");
        }
        List<String> unready = PodContainers.all(observed.pod())
                .filter(container ->
                        PodContainers.main(observed.pod()).contains(container) || PodContainers.sidecar(container))
                .filter(container -> observed.ending() || !observed.ready(container))
                .map(Container::getName)
                .toList();
        return unready.isEmpty()
                ? Verdict.TRUE
                : new Verdict(
                        false,
                        "ContainersNotReady",
                        "containers with unready status: [" + String.join(" ", unready) + "]");
    }

    /** Ready is: containers ready, and every readiness gate true. */
    private static Verdict ready(Observation observed, Verdict containersReady) {
        if (!containersReady.holds()) {
            return containersReady;
        }
        var status = observed.pod().getStatus();
        List<String> closed = observed.pod().getSpec().getReadinessGates().stream()
                .map(gate -> gate.getConditionType())
                .filter(type -> status == null
                        || status.getConditions().stream()
                                .noneMatch(condition ->
                                        condition.getType().equals(type) && "True".equals(condition.getStatus())))
                .toList();
        return closed.isEmpty()
                ? Verdict.TRUE
                : new Verdict(
                        false,
                        "ReadinessGatesNotReady",
                        "the status of pod readiness gate \"" + closed.getFirst() + "\" is not \"True\", but False");
    }

    private static PodCondition condition(Observation observed, String type, Verdict verdict) {
        String status = verdict.holds() ? "True" : "False";
        Optional<PodCondition> before = observed.reported().getConditions().stream()
                .filter(condition -> condition.getType().equals(type))
                .findFirst();
        String since = before.filter(condition -> status.equals(condition.getStatus()))
                .map(PodCondition::getLastTransitionTime)
                .orElse(observed.now().truncatedTo(ChronoUnit.SECONDS).toString());
        return new PodConditionBuilder()
                .withType(type)
                .withStatus(status)
                .withReason(verdict.reason().isEmpty() ? null : verdict.reason())
                .withMessage(verdict.message().isEmpty() ? null : verdict.message())
                .withLastTransitionTime(since)
                .withObservedGeneration(observed.pod().getMetadata().getGeneration())
                .build();
    }
}
