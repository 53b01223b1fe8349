package io.kybern.operators.controller.nodelifecycle;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.NodeCondition;
import io.fabric8.kubernetes.api.model.NodeConditionBuilder;
import io.fabric8.kubernetes.api.model.Taint;
import io.fabric8.kubernetes.api.model.TaintBuilder;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What a node's conditions mean for its status, its taints and its labels. Pure. */
final class NodeHealth {
    static final String NOT_READY = "node.kubernetes.io/not-ready";
    static final String UNREACHABLE = "node.kubernetes.io/unreachable";
    private static final String NO_SCHEDULE = "NoSchedule";
    static final String NO_EXECUTE = "NoExecute";
    private static final String UNSCHEDULABLE = "node.kubernetes.io/unschedulable";

    /** Those that a kubelet reports; the network's is the control plane's. */
    private static final List<String> REPORTED = List.of("Ready", "MemoryPressure", "DiskPressure", "PIDPressure");

    private static final Map<String, String> PRESSURE_TAINTS = Map.of(
            "MemoryPressure", "node.kubernetes.io/memory-pressure",
            "DiskPressure", "node.kubernetes.io/disk-pressure",
            "NetworkUnavailable", "node.kubernetes.io/network-unavailable",
            "PIDPressure", "node.kubernetes.io/pid-pressure");

    private static final Set<String> OWN_KEYS = Set.of(
            NOT_READY,
            UNREACHABLE,
            UNSCHEDULABLE,
            "node.kubernetes.io/memory-pressure",
            "node.kubernetes.io/disk-pressure",
            "node.kubernetes.io/network-unavailable",
            "node.kubernetes.io/pid-pressure");

    private NodeHealth() {}

    /** Whether nodes that are not ready may have their pods evicted. */
    enum Eviction {
        /** Yes, if {@link #taints} says so. */
        ALLOWED,
        /** Not yet: others come first. */
        LATER,
        /** No, and those that were marked are no longer: when all nodes are silent, it is the network's fault. */
        NEVER
    }

    static Optional<NodeCondition> condition(Node node, String type) {
        if (node.getStatus() == null) {
            return Optional.empty();
        }
        return node.getStatus().getConditions().stream()
                .filter(condition -> condition.getType().equals(type))
                .findFirst();
    }

    /** True, False or Unknown; empty if nobody ever said. */
    static String ready(Node node) {
        return condition(node, "Ready").map(NodeCondition::getStatus).orElse("");
    }

    /** The node with every condition that its kubelet reports unknown. */
    static Node silent(Node node, Instant now) {
        String time = now.truncatedTo(ChronoUnit.SECONDS).toString();
        List<NodeCondition> conditions = new ArrayList<>(
                node.getStatus() == null ? List.of() : node.getStatus().getConditions());
        for (String type : REPORTED) {
            Optional<NodeCondition> before = condition(node, type);
            if (before.isEmpty()) {
                conditions.add(new NodeConditionBuilder()
                        .withType(type)
                        .withStatus("Unknown")
                        .withReason("NodeStatusNeverUpdated")
                        .withMessage("Kubelet never posted node status.")
                        .withLastHeartbeatTime(node.getMetadata().getCreationTimestamp())
                        .withLastTransitionTime(time)
                        .build());
            } else if (!before.get().getStatus().equals("Unknown")) {
                conditions.set(
                        conditions.indexOf(before.get()),
                        new NodeConditionBuilder(before.get())
                                .withStatus("Unknown")
                                .withReason("NodeStatusUnknown")
                                .withMessage("Kubelet stopped posting node status.")
                                .withLastTransitionTime(time)
                                .build());
            }
        }
        return new NodeBuilder(node)
                .editOrNewStatus()
                .withConditions(conditions)
                .endStatus()
                .build();
    }

    /**
     * The taints that the node should have: others' as they are, and of ours those that its conditions ask for.
     * {@code NoSchedule} at once, {@code NoExecute} only if eviction is allowed.
     */
    static List<Taint> taints(Node node, Eviction eviction, Instant now) {
        List<Taint> before = node.getSpec() == null ? List.of() : node.getSpec().getTaints();
        Map<String, String> wanted = wanted(node, hasEvictionTaint(before), eviction);
        List<Taint> after = new ArrayList<>();
        for (Taint taint : before) {
            String id = taint.getKey() + ':' + taint.getEffect();
            if (!isOurs(taint) || wanted.remove(id) != null) {
                after.add(taint);
            }
        }
        wanted.forEach((id, key) -> after.add(new TaintBuilder()
                .withKey(key)
                .withEffect(id.substring(id.lastIndexOf(':') + 1))
                .withTimeAdded(now.truncatedTo(ChronoUnit.SECONDS).toString())
                .build()));
        return after;
    }

    /** Key and effect of each taint that the conditions ask for, to its key. */
    private static Map<String, String> wanted(Node node, boolean evicting, Eviction eviction) {
        Map<String, String> wanted = new HashMap<>();
        PRESSURE_TAINTS.forEach((type, key) -> condition(node, type)
                .filter(condition -> condition.getStatus().equals("True"))
                .ifPresent(condition -> wanted.put(key + ':' + NO_SCHEDULE, key)));
        if (node.getSpec() != null && Boolean.TRUE.equals(node.getSpec().getUnschedulable())) {
            wanted.put(UNSCHEDULABLE + ':' + NO_SCHEDULE, UNSCHEDULABLE);
        }
        String key = switch (ready(node)) {
            case "False" -> NOT_READY;
            case "Unknown" -> UNREACHABLE;
            default -> "";
        };
        if (!key.isEmpty()) {
            wanted.put(key + ':' + NO_SCHEDULE, key);
            if (eviction == Eviction.ALLOWED || (evicting && eviction == Eviction.LATER)) {
                wanted.put(key + ':' + NO_EXECUTE, key);
            }
        }
        return wanted;
    }

    /** Whether its pods are being evicted already. */
    static boolean hasEvictionTaint(List<Taint> taints) {
        return taints.stream()
                .anyMatch(taint -> NO_EXECUTE.equals(taint.getEffect())
                        && (taint.getKey().equals(NOT_READY) || taint.getKey().equals(UNREACHABLE)));
    }

    private static boolean isOurs(Taint taint) {
        if (NO_EXECUTE.equals(taint.getEffect())) {
            return taint.getKey().equals(NOT_READY) || taint.getKey().equals(UNREACHABLE);
        }
        return NO_SCHEDULE.equals(taint.getEffect()) && OWN_KEYS.contains(taint.getKey());
    }

    /** Labels of former names that must say the same as those of today. */
    static Map<String, String> labels(Node node) {
        Map<String, String> labels = node.getMetadata().getLabels();
        Map<String, String> missing = new HashMap<>();
        if (labels != null) {
            for (String name : List.of("os", "arch")) {
                String value = labels.get("kubernetes.io/" + name);
                if (value != null && !value.equals(labels.get("beta.kubernetes.io/" + name))) {
                    missing.put("beta.kubernetes.io/" + name, value);
                }
            }
        }
        return missing;
    }
}
