package io.kybern.operators.controller.daemonset;

import io.fabric8.kubernetes.api.model.Affinity;
import io.fabric8.kubernetes.api.model.AffinityBuilder;
import io.fabric8.kubernetes.api.model.NodeAffinity;
import io.fabric8.kubernetes.api.model.NodeSelector;
import io.fabric8.kubernetes.api.model.NodeSelectorTerm;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Toleration;
import io.fabric8.kubernetes.api.model.TolerationBuilder;
import io.fabric8.kubernetes.api.model.apps.DaemonSet;
import io.kybern.operators.controller.PodState;
import io.kybern.operators.controller.PodTemplates;
import io.kybern.operators.scheduler.pod.NodeSelection;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** Pods of DaemonSets. Pure. Source: {@code pkg/controller/daemon/util}. */
final class DaemonPods {
    static final String HASH = "controller-revision-hash";
    private static final String GENERATION = "pod-template-generation";
    private static final String GENERATION_OF_SET = "deprecated.daemonset.template.generation";

    private DaemonPods() {}

    /** A pod for one node, which the scheduler binds: its affinity names the node. */
    static Pod pod(DaemonSet set, String hash, String node) {
        Pod pod = PodTemplates.pod(set, set.getSpec().getTemplate());
        PodBuilder out = new PodBuilder(pod)
                .editMetadata()
                .addToLabels(HASH, hash)
                .endMetadata()
                .editSpec()
                .withTolerations(tolerations(pod.getSpec()))
                .withAffinity(onlyOn(node, pod.getSpec().getAffinity()))
                .endSpec();
        generation(set)
                .ifPresent(number -> out.editMetadata()
                        .addToLabels(GENERATION, Long.toString(number))
                        .endMetadata());
        return out.build();
    }

    /** The template's and those that let a daemon stay where others may not be. */
    static List<Toleration> tolerations(PodSpec spec) {
        List<Toleration> all = new ArrayList<>(spec.getTolerations());
        tolerate(all, "not-ready", "NoExecute");
        tolerate(all, "unreachable", "NoExecute");
        tolerate(all, "disk-pressure", "NoSchedule");
        tolerate(all, "memory-pressure", "NoSchedule");
        tolerate(all, "pid-pressure", "NoSchedule");
        tolerate(all, "unschedulable", "NoSchedule");
        if (Boolean.TRUE.equals(spec.getHostNetwork())) {
            tolerate(all, "network-unavailable", "NoSchedule");
        }
        return all;
    }

    /** One that differs only in how long it is tolerated is replaced where it stands. */
    private static void tolerate(List<Toleration> all, String taint, String effect) {
        Toleration wanted = new TolerationBuilder()
                .withKey("node.kubernetes.io/" + taint)
                .withOperator("Exists")
                .withEffect(effect)
                .build();
        for (int i = 0; i < all.size(); i++) {
            Toleration given = all.get(i);
            if (wanted.getKey().equals(given.getKey())
                    && wanted.getOperator().equals(given.getOperator())
                    && effect.equals(given.getEffect())
                    && Objects.requireNonNullElse(given.getValue(), "").isEmpty()) {
                all.set(i, wanted);
                return;
            }
        }
        all.add(wanted);
    }

    /** The nodes that the template asks for have been looked at already: one name takes the place of its terms. */
    private static Affinity onlyOn(String node, Affinity affinity) {
        return (affinity == null ? new AffinityBuilder() : new AffinityBuilder(affinity))
                .editOrNewNodeAffinity()
                .withNewRequiredDuringSchedulingIgnoredDuringExecution()
                .addNewNodeSelectorTerm()
                .addNewMatchField()
                .withKey(NodeSelection.NAME_FIELD)
                .withOperator("In")
                .withValues(node)
                .endMatchField()
                .endNodeSelectorTerm()
                .endRequiredDuringSchedulingIgnoredDuringExecution()
                .endNodeAffinity()
                .build();
    }

    /** Where the pod is, or is to be. */
    static Optional<String> node(Pod pod) {
        String bound = PodState.nodeName(pod);
        if (!bound.isEmpty()) {
            return Optional.of(bound);
        }
        return Optional.ofNullable(pod.getSpec().getAffinity())
                .map(Affinity::getNodeAffinity)
                .map(NodeAffinity::getRequiredDuringSchedulingIgnoredDuringExecution)
                .map(NodeSelector::getNodeSelectorTerms)
                .stream()
                .flatMap(List::stream)
                .map(NodeSelectorTerm::getMatchFields)
                .flatMap(List::stream)
                .filter(field -> NodeSelection.NAME_FIELD.equals(field.getKey()) && "In".equals(field.getOperator()))
                .findFirst()
                .filter(field -> field.getValues().size() == 1)
                .map(field -> field.getValues().getFirst());
    }

    /** Empty: the pod says none. */
    static String hash(Pod pod) {
        var labels = pod.getMetadata().getLabels();
        return labels == null ? "" : labels.getOrDefault(HASH, "");
    }

    /** Whether the pod is of the present template; pods of old know it only by the number of its generation. */
    static boolean isUpdated(DaemonSet set, String hash, Pod pod) {
        var labels = pod.getMetadata().getLabels();
        return hash(pod).equals(hash)
                || generation(set)
                        .filter(number ->
                                labels != null && Long.toString(number).equals(labels.get(GENERATION)))
                        .isPresent();
    }

    private static Optional<Long> generation(DaemonSet set) {
        var annotations = set.getMetadata().getAnnotations();
        try {
            return annotations == null || annotations.get(GENERATION_OF_SET) == null
                    ? Optional.empty()
                    : Optional.of(Long.parseLong(annotations.get(GENERATION_OF_SET)));
        } catch (NumberFormatException byHand) {
            return Optional.empty();
        }
    }
}
