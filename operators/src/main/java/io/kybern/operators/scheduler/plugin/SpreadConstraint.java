package io.kybern.operators.scheduler.plugin;

import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.TopologySpreadConstraint;
import io.kybern.operators.scheduler.node.NodeInfo;
import io.kybern.operators.scheduler.pod.LabelSelection;
import io.kybern.operators.scheduler.pod.PodInfo;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One of a pod's topology spread constraints.
 *
 * @param topologyKey nodes with the same value of this label are a domain
 * @param matchLabels further labels, the pod's own values of {@code matchLabelKeys}
 * @param minDomains with fewer domains than this, an imagined empty one counts
 * @param honorAffinity nodes that the pod's node affinity leaves out don't count
 * @param honorTaints nodes with taints that the pod doesn't tolerate don't count
 */
record SpreadConstraint(
        int maxSkew,
        String topologyKey,
        Optional<LabelSelector> selector,
        Map<String, String> matchLabels,
        int minDomains,
        boolean honorAffinity,
        boolean honorTaints) {

    /** @param whenUnsatisfiable {@code DoNotSchedule} or {@code ScheduleAnyway} */
    static List<SpreadConstraint> of(PodInfo pod, String whenUnsatisfiable) {
        return pod.spread().stream()
                .filter(constraint -> whenUnsatisfiable.equals(constraint.getWhenUnsatisfiable()))
                .map(constraint -> of(constraint, pod))
                .toList();
    }

    private static SpreadConstraint of(TopologySpreadConstraint constraint, PodInfo pod) {
        Map<String, String> matchLabels = new HashMap<>();
        for (String key : constraint.getMatchLabelKeys()) {
            String value = pod.labels().get(key);
            if (value != null) {
                matchLabels.put(key, value);
            }
        }
        return new SpreadConstraint(
                constraint.getMaxSkew(),
                constraint.getTopologyKey(),
                Optional.ofNullable(constraint.getLabelSelector()),
                matchLabels,
                constraint.getMinDomains() == null ? 1 : constraint.getMinDomains(),
                !"Ignore".equals(constraint.getNodeAffinityPolicy()),
                "Honor".equals(constraint.getNodeTaintsPolicy()));
    }

    /** Whether a pod of these labels, in the right namespace, is one of those to spread. */
    boolean selects(Map<String, String> labels) {
        return selector.isPresent()
                && LabelSelection.matches(selector.get(), labels)
                && labels.entrySet().containsAll(matchLabels.entrySet());
    }

    /** How many of the pods count. An empty selector counts none, though it selects the pod itself. */
    int count(List<PodInfo> pods, String namespace) {
        if (selector.isEmpty() || LabelSelection.isEmpty(selector.get()) && matchLabels.isEmpty()) {
            return 0;
        }
        int count = 0;
        for (PodInfo pod : pods) {
            if (!pod.terminating() && pod.key().namespace().equals(namespace) && selects(pod.labels())) {
                count++;
            }
        }
        return count;
    }

    /** Whether the pods of a node count. */
    boolean includes(NodeInfo node, PodInfo pod, NodeAffinity.Required affinity) {
        return (!honorAffinity || affinity.matches(node))
                && (!honorTaints || TaintToleration.toleratesAll(pod.tolerations(), node));
    }

    static boolean allKeysOn(NodeInfo node, List<SpreadConstraint> constraints) {
        for (SpreadConstraint constraint : constraints) {
            if (!node.labels().containsKey(constraint.topologyKey())) {
                return false;
            }
        }
        return true;
    }
}
