package io.kybern.node.registration;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.NodeCondition;
import io.fabric8.kubernetes.api.model.NodeConditionBuilder;
import io.fabric8.kubernetes.api.model.NodeStatus;
import io.fabric8.kubernetes.api.model.NodeStatusBuilder;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The Node object and its status: pure functions of facts, health and time. */
public final class NodeObjects {
    private NodeObjects() {}

    public static Node node(NodeFacts facts, NodeStatus status) {
        Map<String, String> labels = new HashMap<>();
        labels.put("kubernetes.io/hostname", facts.name());
        for (String prefix : List.of("kubernetes.io/", "beta.kubernetes.io/")) {
            labels.put(prefix + "os", facts.info().getOperatingSystem());
            labels.put(prefix + "arch", facts.info().getArchitecture());
        }
        labels.putAll(facts.labels());
        return new NodeBuilder()
                .withNewMetadata()
                .withName(facts.name())
                .withLabels(labels)
                .withAnnotations(facts.annotations())
                .endMetadata()
                .withNewSpec()
                .withTaints(facts.taints())
                .endSpec()
                .withStatus(status)
                .build();
    }

    /**
     * @param before the last status, whose transition times hold on where a condition did not change
     * @param unreadiness why no pod can run; empty when the node is ready
     */
    public static NodeStatus status(
            NodeFacts facts, Optional<NodeStatus> before, Optional<String> unreadiness, Instant now) {
        List<NodeCondition> known = before.map(NodeStatus::getConditions).orElse(List.of());
        var status = new NodeStatusBuilder()
                .withAddresses(facts.addresses())
                .withCapacity(facts.capacity())
                .withAllocatable(facts.allocatable())
                .withNodeInfo(facts.info())
                .withConditions(
                        pressure(
                                "MemoryPressure",
                                "KubeletHasSufficientMemory",
                                "sufficient memory available",
                                known,
                                now),
                        pressure("DiskPressure", "KubeletHasNoDiskPressure", "no disk pressure", known, now),
                        pressure("PIDPressure", "KubeletHasSufficientPID", "sufficient PID available", known, now),
                        ready(unreadiness, known, now));
        if (facts.serverPort() != 0) {
            status.withNewDaemonEndpoints()
                    .withNewKubeletEndpoint()
                    .withPort(facts.serverPort())
                    .endKubeletEndpoint()
                    .endDaemonEndpoints();
        }
        return status.build();
    }

    private static NodeCondition pressure(
            String type, String reason, String words, List<NodeCondition> known, Instant now) {
        return condition(type, "False", reason, "kubelet has " + words, known, now);
    }

    private static NodeCondition ready(Optional<String> unreadiness, List<NodeCondition> known, Instant now) {
        return unreadiness.isEmpty()
                ? condition("Ready", "True", "KubeletReady", "kubelet is posting ready status", known, now)
                : condition("Ready", "False", "KubeletNotReady", unreadiness.get(), known, now);
    }

    private static NodeCondition condition(
            String type, String status, String reason, String message, List<NodeCondition> known, Instant now) {
        String time = now.truncatedTo(ChronoUnit.SECONDS).toString();
        String since = known.stream()
                .filter(condition -> condition.getType().equals(type)
                        && condition.getStatus().equals(status))
                .map(NodeCondition::getLastTransitionTime)
                .findFirst()
                .orElse(time);
        return new NodeConditionBuilder()
                .withType(type)
                .withStatus(status)
                .withReason(reason)
                .withMessage(message)
                .withLastHeartbeatTime(time)
                .withLastTransitionTime(since)
                .build();
    }
}
