package io.kybern.apiserver.admission.quota;

import static io.kybern.crd.resource.Trees.at;
import static io.kybern.crd.resource.Trees.has;
import static io.kybern.crd.resource.Trees.number;
import static io.kybern.crd.resource.Trees.objects;
import static io.kybern.crd.resource.Trees.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.admission.AdmissionRequest;
import io.kybern.apiserver.admission.AdmissionRequest.Operation;
import io.kybern.apiserver.registry.podspec.PodResources;
import io.kybern.apiserver.registry.podspec.QosClass;
import io.kybern.crd.value.Quantity;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Pods: their number, and what they ask for and may use. One that has ended or should be gone is only counted. */
final class PodEvaluator implements Evaluator {
    private static final String COUNT = "count/pods";
    private static final Set<String> NAMES = Set.of(
            COUNT,
            "cpu",
            "memory",
            "ephemeral-storage",
            "requests.cpu",
            "requests.memory",
            "requests.ephemeral-storage",
            "limits.cpu",
            "limits.memory",
            "limits.ephemeral-storage",
            "pods");
    /** With a quota for one of these, each container must name it: an early mistake that stays. */
    private static final Set<String> MUST_NAME =
            Set.of("cpu", "memory", "requests.cpu", "requests.memory", "limits.cpu", "limits.memory");

    private static final List<String> COMPUTE = List.of("cpu", "memory", "ephemeral-storage");
    private static final String REQUESTS = "requests.";

    private final InstantSource clock;

    PodEvaluator(InstantSource clock) {
        this.clock = clock;
    }

    @Override
    public boolean handles(AdmissionRequest request) {
        return switch (request.subresource()) {
            case "" -> request.operation() == Operation.CREATE || changesScope(request);
            case "resize" -> request.operation() == Operation.UPDATE;
            default -> false;
        };
    }

    private static boolean changesScope(AdmissionRequest request) {
        return request.operation() == Operation.UPDATE
                && isTerminating(request.object().orElseThrow())
                        != isTerminating(request.oldObject().orElseThrow());
    }

    @Override
    public boolean concerns(String resource) {
        return NAMES.contains(resource)
                || resource.startsWith("hugepages-")
                || resource.startsWith(REQUESTS + "hugepages-")
                || resource.startsWith(REQUESTS) && isExtended(resource.substring(REQUESTS.length()));
    }

    private static boolean isExtended(String resource) {
        return resource.indexOf('/') >= 0 && !resource.contains("kubernetes.io/")
                || resource.startsWith("deviceclass.resource.kubernetes.io/");
    }

    @Override
    public Amounts usage(ObjectNode pod) {
        Amounts count = new Amounts(Map.of(COUNT, Amounts.ONE));
        String phase = text(pod, "status", "phase");
        if (phase.equals("Failed") || phase.equals("Succeeded") || isOverdue(pod)) {
            return count;
        }
        return count.plus(compute(PodResources.effective(pod, "requests"), PodResources.effective(pod, "limits")));
    }

    private boolean isOverdue(ObjectNode pod) {
        String deletion = text(pod, "metadata", "deletionTimestamp");
        return !deletion.isEmpty()
                && has(pod, "metadata", "deletionGracePeriodSeconds")
                && clock.instant()
                        .isAfter(Instant.parse(deletion)
                                .plusSeconds(number(pod, "metadata", "deletionGracePeriodSeconds")));
    }

    private static Amounts compute(Map<String, Quantity> requests, Map<String, Quantity> limits) {
        Map<String, Quantity> out = new TreeMap<>(Map.of("pods", Amounts.ONE));
        for (String name : COMPUTE) {
            Quantity request = requests.get(name);
            if (request != null) {
                out.put(name, request);
                out.put(REQUESTS + name, request);
            }
            Quantity limit = limits.get(name);
            if (limit != null) {
                out.put("limits." + name, limit);
            }
        }
        requests.forEach((name, request) -> {
            if (name.startsWith("hugepages-")) {
                out.put(name, request);
                out.put(REQUESTS + name, request);
            } else if (isExtended(name)) {
                out.put(REQUESTS + name, request);
            }
        });
        return new Amounts(out);
    }

    @Override
    public Optional<String> complaint(Collection<String> resources, ObjectNode pod) {
        JsonNode spec = pod.path("spec");
        JsonNode own = spec.path("resources");
        if (!own.path("requests").isEmpty() || !own.path("limits").isEmpty()) {
            return Optional.empty();
        }
        Map<String, Set<String>> missing = new TreeMap<>();
        for (String list : List.of("containers", "initContainers")) {
            for (ObjectNode container : objects(spec.path(list))) {
                Amounts named = compute(
                        Amounts.of(at(container, "resources", "requests")).byName(),
                        Amounts.of(at(container, "resources", "limits")).byName());
                resources.stream()
                        .filter(r -> MUST_NAME.contains(r) && named.get(r).isEmpty())
                        .forEach(r ->
                                missing.computeIfAbsent(r, k -> new TreeSet<>()).add(text(container, "name")));
            }
        }
        return missing.isEmpty()
                ? Optional.empty()
                : Optional.of("must specify "
                        + missing.entrySet().stream()
                                .map(e -> e.getKey() + " for: " + String.join(",", e.getValue()))
                                .collect(Collectors.joining("; ")));
    }

    // ---- scopes

    @Override
    public boolean matches(QuotaScope scope, ObjectNode pod) {
        JsonNode spec = pod.path("spec");
        return switch (scope.name()) {
            case "Terminating" -> isTerminating(pod);
            case "NotTerminating" -> !isTerminating(pod);
            case "BestEffort" -> QosClass.of(spec).equals("BestEffort");
            case "NotBestEffort" -> !QosClass.of(spec).equals("BestEffort");
            case "PriorityClass" -> {
                String name = text(spec, "priorityClassName");
                yield scope.fits(name.isEmpty() ? List.of() : List.of(name));
            }
            case "CrossNamespacePodAffinity" -> crossesNamespaces(spec.path("affinity"));
            default -> false;
        };
    }

    private static boolean isTerminating(ObjectNode pod) {
        return has(pod, "spec", "activeDeadlineSeconds") && number(pod, "spec", "activeDeadlineSeconds") >= 0;
    }

    private static boolean crossesNamespaces(JsonNode affinity) {
        for (String kind : List.of("podAffinity", "podAntiAffinity")) {
            JsonNode terms = affinity.path(kind);
            boolean crosses = objects(terms.path("requiredDuringSchedulingIgnoredDuringExecution")).stream()
                            .anyMatch(PodEvaluator::namesOthers)
                    || objects(terms.path("preferredDuringSchedulingIgnoredDuringExecution")).stream()
                            .anyMatch(t -> namesOthers(t.path("podAffinityTerm")));
            if (crosses) {
                return true;
            }
        }
        return false;
    }

    private static boolean namesOthers(JsonNode term) {
        return !term.path("namespaces").isEmpty() || term.has("namespaceSelector");
    }
}
