package io.kybern.apiserver.admission.quota;

import static io.kybern.crd.resource.Trees.text;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.admission.AdmissionRequest;
import io.kybern.apiserver.admission.AdmissionRequest.Operation;
import io.kybern.apiserver.error.ApiException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Decides whether there is room for an object, and what its quotas will have used with it. */
final class QuotaCheck {
    private final Evaluator evaluator;
    private final AdmissionRequest request;
    private final ObjectNode object;

    QuotaCheck(Evaluator evaluator, AdmissionRequest request) {
        this.evaluator = evaluator;
        this.request = request;
        this.object = request.object().orElseThrow();
    }

    /** A quota with what will be used of it. */
    record Charge(ObjectNode quota, Amounts used) {}

    /**
     * The quotas whose use changes.
     *
     * @throws ApiException 403 if there is no room, or if nobody knows
     */
    List<Charge> charges(List<ObjectNode> quotas) {
        List<ObjectNode> concerned =
                quotas.stream().filter(q -> matches(q, object)).toList();
        concerned.forEach(this::requireKnown);
        if (concerned.isEmpty()) {
            return List.of();
        }
        Amounts usage = evaluator.usage(object);
        if (!usage.negative().isEmpty()) {
            throw forbidden("quota usage is negative for resource(s): " + String.join(",", usage.negative()));
        }
        List<Charge> charges = new ArrayList<>();
        for (ObjectNode quota : concerned) {
            Amounts delta = delta(quota, usage).withoutZeros();
            if (!delta.isEmpty()) {
                charge(quota, delta, charges);
            }
        }
        return charges;
    }

    private boolean matches(ObjectNode quota, ObjectNode of) {
        return !concernedResources(quota).isEmpty()
                && QuotaScope.of(quota).stream().allMatch(s -> evaluator.matches(s, of));
    }

    private List<String> concernedResources(ObjectNode quota) {
        return hard(quota).byName().keySet().stream()
                .filter(evaluator::concerns)
                .toList();
    }

    private static Amounts hard(ObjectNode quota) {
        return Amounts.of(quota.path("status").path("hard"));
    }

    private static Amounts used(ObjectNode quota) {
        return Amounts.of(quota.path("status").path("used"));
    }

    private void requireKnown(ObjectNode quota) {
        List<String> resources = concernedResources(quota);
        String name = text(quota, "metadata", "name");
        evaluator.complaint(resources, object).ifPresent(complaint -> {
            throw forbidden("failed quota: " + name + ": " + complaint);
        });
        if (!used(quota).byName().keySet().containsAll(resources)) {
            throw forbidden("status unknown for quota: " + name + ", resources: " + String.join(",", resources));
        }
    }

    /** What is new: the whole object, or what an update adds where the quota counted the old one. */
    private Amounts delta(ObjectNode quota, Amounts usage) {
        return request.oldObject()
                .filter(old -> request.operation() == Operation.UPDATE && matches(quota, old))
                .map(old -> usage.beyond(evaluator.usage(old)))
                .orElse(usage);
    }

    private void charge(ObjectNode quota, Amounts delta, List<Charge> charges) {
        Amounts hard = hard(quota);
        Amounts requested = delta.of(hard.byName().keySet());
        Amounts used = used(quota);
        Amounts sum = used.plus(requested);
        if (!request.subresource().equals("status")) {
            Set<String> exceeded = new HashSet<>(requested.byName().keySet());
            exceeded.removeIf(name -> sum.amount(name).compareTo(hard.amount(name)) <= 0);
            if (!exceeded.isEmpty()) {
                throw forbidden("exceeded quota: " + text(quota, "metadata", "name")
                        + ", requested: " + requested.of(exceeded)
                        + ", used: " + used.of(exceeded)
                        + ", limited: " + hard.of(exceeded));
            }
        }
        if (!requested.isEmpty()) {
            charges.add(new Charge(quota, sum));
        }
    }

    private ApiException forbidden(String why) {
        return ApiException.forbidden(request.resource(), request.name(), why);
    }
}
