package io.kybern.operators.scheduler.framework;

import io.kybern.operators.scheduler.node.NodeInfo;
import io.kybern.operators.scheduler.pod.PodInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Something that happened in the cluster and may let a pod that was refused find a node now. */
public sealed interface ClusterEvent {
    /** What happened, as narrowly as can be told. */
    enum Kind {
        NODE_ADD,
        NODE_ALLOCATABLE,
        NODE_LABEL,
        /** Taints changed, or {@code spec.unschedulable} was lifted. */
        NODE_TAINT,
        NODE_DELETE,
        /** A pod arrived on a node. */
        POD_ADD,
        POD_LABEL,
        POD_SCALE_DOWN,
        POD_TOLERATION,
        POD_GATES_ELIMINATED,
        POD_UPDATE,
        POD_DELETE,
        /** A persistent volume claim came or changed. */
        CLAIM_CHANGE
    }

    Kind kind();

    /** @param before empty for {@code NODE_ADD} */
    record NodeEvent(Kind kind, Optional<NodeInfo> before, NodeInfo node) implements ClusterEvent {}

    /**
     * @param before empty for {@code POD_ADD}
     * @param pod for {@code POD_DELETE} as it was last
     */
    record PodEvent(Kind kind, Optional<PodInfo> before, PodInfo pod) implements ClusterEvent {}

    /** A persistent volume claim came or changed. */
    record ClaimEvent(String namespace, String name) implements ClusterEvent {
        @Override
        public Kind kind() {
            return Kind.CLAIM_CHANGE;
        }
    }

    /** One event for each thing that matters and has changed; none for a heartbeat. */
    static List<ClusterEvent> ofNodeUpdate(NodeInfo before, NodeInfo after) {
        var events = new ArrayList<ClusterEvent>(1);
        if (!before.allocatable().equals(after.allocatable())) {
            events.add(new NodeEvent(Kind.NODE_ALLOCATABLE, Optional.of(before), after));
        }
        if (!before.labels().equals(after.labels())) {
            events.add(new NodeEvent(Kind.NODE_LABEL, Optional.of(before), after));
        }
        if (!before.taints().equals(after.taints()) || before.unschedulable() && !after.unschedulable()) {
            events.add(new NodeEvent(Kind.NODE_TAINT, Optional.of(before), after));
        }
        return events;
    }

    /** One event for each thing that matters and has changed, or {@code POD_UPDATE} alone. */
    static List<ClusterEvent> ofPodUpdate(PodInfo before, PodInfo after) {
        var events = new ArrayList<ClusterEvent>(1);
        if (!before.labels().equals(after.labels())) {
            events.add(new PodEvent(Kind.POD_LABEL, Optional.of(before), after));
        }
        if (asksForLess(before, after)) {
            events.add(new PodEvent(Kind.POD_SCALE_DOWN, Optional.of(before), after));
        }
        if (before.tolerations().size() != after.tolerations().size()) {
            events.add(new PodEvent(Kind.POD_TOLERATION, Optional.of(before), after));
        }
        if (!before.gates().isEmpty() && after.gates().isEmpty()) {
            events.add(new PodEvent(Kind.POD_GATES_ELIMINATED, Optional.of(before), after));
        }
        if (events.isEmpty()) {
            events.add(new PodEvent(Kind.POD_UPDATE, Optional.of(before), after));
        }
        return events;
    }

    private static boolean asksForLess(PodInfo before, PodInfo after) {
        var requests = before.requests();
        for (int i = 0; i < requests.size(); i++) {
            if (after.requests().amountOf(requests.resource(i)) < requests.amount(i)) {
                return true;
            }
        }
        return false;
    }
}
