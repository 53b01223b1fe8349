package io.kybern.operators.scheduler.pod;

import io.fabric8.kubernetes.api.model.Affinity;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.PodAffinity;
import io.fabric8.kubernetes.api.model.PodAffinityTerm;
import io.fabric8.kubernetes.api.model.PodAntiAffinity;
import io.fabric8.kubernetes.api.model.WeightedPodAffinityTerm;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Pods that a pod wants near or far: those of some namespaces that a selector matches, where near is having the same
 * value of the node label {@code topologyKey}.
 *
 * @param namespaceSelector more namespaces, by their labels
 * @param selector empty matches no pod
 * @param weight 1 to 100 for a preference; of no meaning for a requirement
 */
public record AffinityTerm(
        Set<String> namespaces,
        Optional<LabelSelector> namespaceSelector,
        Optional<LabelSelector> selector,
        String topologyKey,
        int weight) {

    /** @param namespaceLabels those of the other pod's namespace */
    public boolean matches(PodInfo other, Map<String, String> namespaceLabels) {
        boolean there = namespaces.contains(other.key().namespace())
                || namespaceSelector.isPresent() && LabelSelection.matches(namespaceSelector.get(), namespaceLabels);
        return there && selector.isPresent() && LabelSelection.matches(selector.get(), other.labels());
    }

    public static List<AffinityTerm> requiredNear(PodInfo pod) {
        return near(pod)
                .map(affinity -> required(affinity.getRequiredDuringSchedulingIgnoredDuringExecution(), pod))
                .orElse(List.of());
    }

    public static List<AffinityTerm> preferredNear(PodInfo pod) {
        return near(pod)
                .map(affinity -> preferred(affinity.getPreferredDuringSchedulingIgnoredDuringExecution(), pod))
                .orElse(List.of());
    }

    public static List<AffinityTerm> requiredFar(PodInfo pod) {
        return far(pod).map(affinity -> required(affinity.getRequiredDuringSchedulingIgnoredDuringExecution(), pod))
                .orElse(List.of());
    }

    public static List<AffinityTerm> preferredFar(PodInfo pod) {
        return far(pod).map(affinity -> preferred(affinity.getPreferredDuringSchedulingIgnoredDuringExecution(), pod))
                .orElse(List.of());
    }

    private static Optional<PodAffinity> near(PodInfo pod) {
        return pod.affinity().map(Affinity::getPodAffinity);
    }

    private static Optional<PodAntiAffinity> far(PodInfo pod) {
        return pod.affinity().map(Affinity::getPodAntiAffinity);
    }

    private static List<AffinityTerm> required(List<PodAffinityTerm> terms, PodInfo pod) {
        return terms.stream().map(term -> of(term, pod, 0)).toList();
    }

    private static List<AffinityTerm> preferred(List<WeightedPodAffinityTerm> terms, PodInfo pod) {
        return terms.stream()
                .map(term -> of(term.getPodAffinityTerm(), pod, term.getWeight()))
                .toList();
    }

    private static AffinityTerm of(PodAffinityTerm term, PodInfo pod, int weight) {
        boolean own = term.getNamespaces().isEmpty() && term.getNamespaceSelector() == null;
        return new AffinityTerm(
                own ? Set.of(pod.key().namespace()) : Set.copyOf(term.getNamespaces()),
                Optional.ofNullable(term.getNamespaceSelector()),
                Optional.ofNullable(term.getLabelSelector()),
                term.getTopologyKey(),
                weight);
    }
}
