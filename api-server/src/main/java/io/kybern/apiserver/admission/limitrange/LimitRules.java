package io.kybern.apiserver.admission.limitrange;

import static io.kybern.crd.resource.Trees.objects;
import static io.kybern.crd.resource.Trees.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.registry.podspec.PodResources;
import io.kybern.crd.value.Quantity;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** What of an object is beyond the limits of a LimitRange, in the original's words. */
final class LimitRules {
    /** Pod-level resources that a LimitRange looks at. */
    private static final Set<String> POD_LEVEL = Set.of("cpu", "memory");

    private final String type;
    private final List<String> offences = new ArrayList<>();

    private LimitRules(String type) {
        this.type = type;
    }

    /** Requests and limits of a container, a pod or a claim. */
    private record Resources(Map<String, Quantity> requests, Map<String, Quantity> limits) {
        static Resources of(JsonNode resources) {
            return new Resources(list(resources.path("requests")), list(resources.path("limits")));
        }

        Optional<Quantity> request(String name) {
            return Optional.ofNullable(requests.get(name));
        }

        Optional<Quantity> limit(String name) {
            return Optional.ofNullable(limits.get(name));
        }
    }

    static List<String> ofPod(ObjectNode range, ObjectNode pod) {
        List<String> all = new ArrayList<>();
        JsonNode spec = pod.path("spec");
        for (ObjectNode limit : objects(range.path("spec").path("limits"))) {
            LimitRules rules = new LimitRules(text(limit, "type"));
            switch (rules.type) {
                case "Container" -> {
                    for (String list : List.of("containers", "initContainers")) {
                        objects(spec.path(list)).forEach(c -> rules.check(limit, Resources.of(c.path("resources"))));
                    }
                }
                case "Pod" ->
                    rules.check(
                            limit,
                            new Resources(
                                    PodResources.ofSpec(spec, "requests", POD_LEVEL::contains),
                                    PodResources.ofSpec(spec, "limits", POD_LEVEL::contains)));
                default -> {}
            }
            all.addAll(rules.offences);
        }
        return all;
    }

    static List<String> ofClaim(ObjectNode range, ObjectNode claim) {
        List<String> all = new ArrayList<>();
        Resources resources =
                new Resources(list(claim.path("spec").path("resources").path("requests")), Map.of());
        for (ObjectNode limit : objects(range.path("spec").path("limits"))) {
            LimitRules rules = new LimitRules(text(limit, "type"));
            if (rules.type.equals("PersistentVolumeClaim")) {
                list(limit.path("min")).forEach((name, least) -> rules.min(name, least, resources));
                list(limit.path("max")).forEach((name, most) -> rules.maxRequest(name, most, resources));
                all.addAll(rules.offences);
            }
        }
        return all;
    }

    private static Map<String, Quantity> list(JsonNode quantities) {
        Map<String, Quantity> out = new TreeMap<>();
        quantities
                .properties()
                .forEach(e -> out.put(e.getKey(), Quantity.parse(e.getValue().asText())));
        return out;
    }

    private void check(ObjectNode limit, Resources resources) {
        list(limit.path("min")).forEach((name, least) -> min(name, least, resources));
        list(limit.path("max")).forEach((name, most) -> max(name, most, resources));
        list(limit.path("maxLimitRequestRatio")).forEach((name, ratio) -> ratio(name, ratio, resources));
    }

    private void min(String name, Quantity least, Resources resources) {
        Optional<Quantity> request = resources.request(name);
        String rule = "minimum " + name + " usage per " + type + " is " + least;
        if (request.isEmpty()) {
            offences.add(rule + ".  No request is specified");
        } else if (request.get().compareTo(least) < 0) {
            offences.add(rule + ", but request is " + request.get());
        } else {
            resources
                    .limit(name)
                    .filter(l -> l.compareTo(least) < 0)
                    .ifPresent(l -> offences.add(rule + ", but limit is " + l));
        }
    }

    private void max(String name, Quantity most, Resources resources) {
        Optional<Quantity> limit = resources.limit(name);
        String rule = "maximum " + name + " usage per " + type + " is " + most;
        if (limit.isEmpty()) {
            offences.add(rule + ".  No limit is specified");
        } else if (limit.get().compareTo(most) > 0) {
            offences.add(rule + ", but limit is " + limit.get());
        } else {
            resources
                    .request(name)
                    .filter(r -> r.compareTo(most) > 0)
                    .ifPresent(r -> offences.add(rule + ", but request is " + r));
        }
    }

    private void maxRequest(String name, Quantity most, Resources resources) {
        Optional<Quantity> request = resources.request(name);
        String rule = "maximum " + name + " usage per " + type + " is " + most;
        if (request.isEmpty()) {
            offences.add(rule + ".  No request is specified");
        } else if (request.get().compareTo(most) > 0) {
            offences.add(rule + ", but request is " + request.get());
        }
    }

    private void ratio(String name, Quantity most, Resources resources) {
        Optional<Quantity> request = resources.request(name).filter(q -> !q.isZero());
        Optional<Quantity> limit = resources.limit(name).filter(q -> !q.isZero());
        String rule = name + " max limit to request ratio per " + type + " is " + most;
        if (request.isEmpty()) {
            offences.add(rule + ", but no request is specified or request is 0");
        } else if (limit.isEmpty()) {
            offences.add(rule + ", but no limit is specified or limit is 0");
        } else {
            double actual =
                    limit.get().amount().doubleValue() / request.get().amount().doubleValue();
            if (BigDecimal.valueOf(actual).compareTo(most.amount()) > 0) {
                offences.add(rule + ", but provided ratio is " + String.format(Locale.ROOT, "%f", actual));
            }
        }
    }
}
