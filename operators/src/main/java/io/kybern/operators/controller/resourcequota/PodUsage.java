package io.kybern.operators.controller.resourcequota;

import io.fabric8.kubernetes.api.model.Affinity;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodAffinityTerm;
import io.kybern.operators.controller.PodState;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** Pods: their number, and what they ask for and may use. One that has ended or should be gone is only counted. */
final class PodUsage implements Counted<Pod> {
    private static final String COUNT = "count/pods";
    private static final String REQUESTS = "requests.";
    private static final String HUGE_PAGES = "hugepages-";
    private static final List<String> COMPUTE = List.of("cpu", "memory", "ephemeral-storage");
    private static final Set<String> NAMES = Set.of(
            COUNT,
            "pods",
            "cpu",
            "memory",
            "ephemeral-storage",
            "requests.cpu",
            "requests.memory",
            "requests.ephemeral-storage",
            "limits.cpu",
            "limits.memory",
            "limits.ephemeral-storage");

    private final InstantSource clock;

    PodUsage(InstantSource clock) {
        this.clock = clock;
    }

    @Override
    public boolean concerns(String resource) {
        return NAMES.contains(resource)
                || resource.startsWith(HUGE_PAGES)
                || resource.startsWith(REQUESTS + HUGE_PAGES)
                || resource.startsWith(REQUESTS) && isExtended(resource.substring(REQUESTS.length()));
    }

    private static boolean isExtended(String resource) {
        return resource.indexOf('/') >= 0 && !resource.contains("kubernetes.io/")
                || resource.startsWith("deviceclass.resource.kubernetes.io/");
    }

    @Override
    public Amounts usage(Pod pod) {
        Amounts out = new Amounts();
        out.one(COUNT);
        if (isOver(pod, clock.instant())) {
            return out;
        }
        out.one("pods");
        Amounts requests = PodAmounts.requests(pod);
        for (String name : requests.resources()) {
            if (COMPUTE.contains(name) || name.startsWith(HUGE_PAGES)) {
                out.add(name, requests.quantity(name));
                out.add(REQUESTS + name, requests.quantity(name));
            } else if (isExtended(name)) {
                out.add(REQUESTS + name, requests.quantity(name));
            }
        }
        Amounts limits = PodAmounts.limits(pod);
        for (String name : COMPUTE) {
            if (limits.has(name)) {
                out.add("limits." + name, limits.quantity(name));
            }
        }
        return out;
    }

    /** Has ended, or has had all the time that it was given to end. */
    static boolean isOver(Pod pod, Instant now) {
        if (PodState.isTerminal(pod)) {
            return true;
        }
        Long grace = pod.getMetadata().getDeletionGracePeriodSeconds();
        return PodState.isDeleting(pod)
                && grace != null
                && now.isAfter(
                        Instant.parse(pod.getMetadata().getDeletionTimestamp()).plusSeconds(grace));
    }

    @Override
    public boolean matches(Scope scope, Pod pod) {
        return switch (scope.name()) {
            case "Terminating" -> isBounded(pod);
            case "NotTerminating" -> !isBounded(pod);
            case "BestEffort" -> isBestEffort(pod);
            case "NotBestEffort" -> !isBestEffort(pod);
            case "PriorityClass" -> {
                String name = pod.getSpec().getPriorityClassName();
                yield scope.fits(name == null || name.isEmpty() ? List.of() : List.of(name));
            }
            case "CrossNamespacePodAffinity" -> crossesNamespaces(pod.getSpec().getAffinity());
            default -> false;
        };
    }

    private static boolean isBounded(Pod pod) {
        Long seconds = pod.getSpec().getActiveDeadlineSeconds();
        return seconds != null && seconds >= 0;
    }

    private static boolean isBestEffort(Pod pod) {
        return pod.getStatus() != null && "BestEffort".equals(pod.getStatus().getQosClass());
    }

    private static boolean crossesNamespaces(@org.jspecify.annotations.Nullable Affinity affinity) {
        if (affinity == null) {
            return false;
        }
        Stream<PodAffinityTerm> near = affinity.getPodAffinity() == null
                ? Stream.empty()
                : Stream.concat(
                        affinity.getPodAffinity().getRequiredDuringSchedulingIgnoredDuringExecution().stream(),
                        affinity.getPodAffinity().getPreferredDuringSchedulingIgnoredDuringExecution().stream()
                                .map(weighted -> weighted.getPodAffinityTerm()));
        Stream<PodAffinityTerm> far = affinity.getPodAntiAffinity() == null
                ? Stream.empty()
                : Stream.concat(
                        affinity.getPodAntiAffinity().getRequiredDuringSchedulingIgnoredDuringExecution().stream(),
                        affinity.getPodAntiAffinity().getPreferredDuringSchedulingIgnoredDuringExecution().stream()
                                .map(weighted -> weighted.getPodAffinityTerm()));
        return Stream.concat(near, far)
                .anyMatch(term -> !term.getNamespaces().isEmpty() || term.getNamespaceSelector() != null);
    }
}
