package io.kybern.operators.controller.daemonset;

import io.fabric8.kubernetes.api.model.Affinity;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeAffinity;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Taint;
import io.fabric8.kubernetes.api.model.Toleration;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.kybern.operators.scheduler.pod.NodeSelection;
import io.kybern.operators.scheduler.pod.Tolerations;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Whether a node suits a DaemonSet. Pure.
 *
 * @param shouldRun a pod is to be started there
 * @param mayStay a pod that is there is left alone
 */
record NodeFit(boolean shouldRun, boolean mayStay) {
    private static final NodeFit NO = new NodeFit(false, false);

    static NodeFit of(DaemonSet set, Node node) {
        PodSpec spec = set.getSpec().getTemplate().getSpec();
        String named = Objects.requireNonNullElse(spec.getNodeName(), "");
        if (!named.isEmpty() && !named.equals(node.getMetadata().getName()) || !isSelected(spec, node)) {
            return NO;
        }
        List<Taint> taints = node.getSpec() == null ? List.of() : node.getSpec().getTaints();
        List<Toleration> tolerations = DaemonPods.tolerations(spec);
        boolean evicted = repelled(taints, tolerations, "NoExecute");
        return new NodeFit(!evicted && !repelled(taints, tolerations, "NoSchedule"), !evicted);
    }

    private static boolean repelled(List<Taint> taints, List<Toleration> tolerations, String effect) {
        return taints.stream()
                .anyMatch(taint -> effect.equals(taint.getEffect()) && !Tolerations.tolerate(tolerations, taint));
    }

    private static boolean isSelected(PodSpec spec, Node node) {
        Map<String, String> labels = orEmpty(node.getMetadata().getLabels());
        boolean labelled = orEmpty(spec.getNodeSelector()).entrySet().stream()
                .allMatch(wanted -> wanted.getValue().equals(labels.get(wanted.getKey())));
        return labelled
                && Optional.ofNullable(spec.getAffinity())
                        .map(Affinity::getNodeAffinity)
                        .map(NodeAffinity::getRequiredDuringSchedulingIgnoredDuringExecution)
                        .map(required -> NodeSelection.anyMatches(
                                required.getNodeSelectorTerms(),
                                node.getMetadata().getName(),
                                labels))
                        .orElse(true);
    }

    private static Map<String, String> orEmpty(@org.jspecify.annotations.Nullable Map<String, String> map) {
        return map == null ? Map.of() : map;
    }
}
