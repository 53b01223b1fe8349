package io.kybern.operators.controller.podgc;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeCondition;
import io.fabric8.kubernetes.api.model.Pod;
import io.kybern.operators.controller.PodState;
import java.util.Optional;

/** Whether somebody still cares for a pod. Pure. */
enum PodFate {
    /** Yes. */
    KEEP,
    /** It is being deleted and no kubelet will finish that: it never had a node, or its node is out of service. */
    FINISH,
    /** Its node is unknown: gone, or not seen yet. */
    NODE_MISSING;

    private static final String OUT_OF_SERVICE = "node.kubernetes.io/out-of-service";

    /** @param node the pod's, if it is known */
    static PodFate of(Pod pod, Optional<Node> node) {
        if (PodState.nodeName(pod).isEmpty()) {
            return PodState.isDeleting(pod) ? FINISH : KEEP;
        }
        if (node.isEmpty()) {
            return NODE_MISSING;
        }
        return PodState.isDeleting(pod) && isOutOfService(node.get()) ? FINISH : KEEP;
    }

    /** Declared so by an administrator, and silent. */
    static boolean isOutOfService(Node node) {
        boolean tainted = node.getSpec() != null
                && node.getSpec().getTaints().stream()
                        .anyMatch(taint -> taint.getKey().equals(OUT_OF_SERVICE));
        boolean ready = node.getStatus() != null
                && node.getStatus().getConditions().stream()
                        .filter(condition -> condition.getType().equals("Ready"))
                        .map(NodeCondition::getStatus)
                        .anyMatch("True"::equals);
        return tainted && !ready;
    }
}
