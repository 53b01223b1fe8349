package io.kybern.apiserver.endpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.error.ApiException;
import io.kybern.apiserver.error.Reason;
import io.kybern.apiserver.metadata.SystemFields;
import io.kybern.apiserver.registry.Resource;
import io.kybern.crd.label.LabelSelectors;
import io.kybern.crd.resource.GroupResource;
import io.kybern.crd.resource.Trees;
import java.time.Instant;
import java.util.List;

/** The budget that guards a pod against eviction. Source of rules and texts: {@code registry/core/pod/storage/eviction.go}. */
final class DisruptionBudgets {
    static final GroupResource RESOURCE = new GroupResource("policy", "poddisruptionbudgets");
    private static final GroupResource SINGULAR = new GroupResource("policy", "poddisruptionbudget");
    private static final int RETRY_SECONDS = 10;
    private static final int MAX_DISRUPTED_PODS = 2000;
    private static final String ALLOWED = "DisruptionAllowed";

    /** As which manager of fields the server itself writes a status. */
    private static final String MANAGER = "kube-apiserver";

    private final CachedObjects objects;
    private final FieldManagers fieldManagers;

    DisruptionBudgets(CachedObjects objects, FieldManagers fieldManagers) {
        this.objects = objects;
        this.fieldManagers = fieldManagers;
    }

    List<ObjectNode> of(ObjectNode pod) {
        JsonNode labels = pod.path("metadata").path("labels");
        return objects.list(RESOURCE, Trees.text(pod, "metadata", "namespace")).stream()
                .filter(budget -> budget.path("spec").has("selector"))
                .filter(budget -> LabelSelectors.matches(budget.path("spec").path("selector"), labels))
                .toList();
    }

    /** Whether a pod that is not ready may go without being counted. */
    static boolean ignoresUnready(ObjectNode budget) {
        JsonNode status = budget.path("status");
        long desired = status.path("desiredHealthy").asLong();
        return Trees.text(budget, "spec", "unhealthyPodEvictionPolicy").equals("AlwaysAllow")
                || status.path("currentHealthy").asLong() >= desired && desired > 0;
    }

    /** Counts one disruption, or refuses. */
    void take(ObjectNode budget, String pod, boolean dryRun, Instant now) {
        Resource budgets = objects.resource(RESOURCE);
        StoredChange.apply(
                budgets,
                Trees.text(budget, "metadata", "namespace"),
                Trees.text(budget, "metadata", "name"),
                dryRun,
                current -> {
                    ObjectNode live = current.deepCopy();
                    ObjectNode changed = decrement(current, pod, now);
                    fieldManagers.update(budgets, "status", live, changed, MANAGER, now);
                    return changed;
                });
    }

    private static ObjectNode decrement(ObjectNode budget, String pod, Instant now) {
        String name = Trees.text(budget, "metadata", "name");
        ObjectNode status = Trees.object(budget, "status");
        if (status.path("observedGeneration").asLong()
                < budget.path("metadata").path("generation").asLong()) {
            throw beingProcessed(name);
        }
        long allowed = status.path("disruptionsAllowed").asLong();
        if (allowed < 0) {
            throw ApiException.forbidden(SINGULAR, name, "pdb disruptions allowed is negative");
        }
        if (status.path("disruptedPods").size() > MAX_DISRUPTED_PODS) {
            throw ApiException.forbidden(
                    SINGULAR, name, "DisruptedPods map too big - too many evictions not confirmed by PDB controller");
        }
        if (allowed == 0) {
            throw tooMany(exhausted(name, status));
        }
        status.put("disruptionsAllowed", allowed - 1);
        if (allowed == 1) {
            ObjectNode condition = PodConditions.condition(ALLOWED, "False")
                    .put("observedGeneration", status.path("observedGeneration").asLong())
                    .put("reason", "InsufficientPods")
                    .put("message", "");
            PodConditions.set(budget, condition, now);
        }
        Trees.object(status, "disruptedPods").put(pod, SystemFields.time(now));
        return budget;
    }

    private static String exhausted(String name, ObjectNode status) {
        String prefix = "The disruption budget " + name + " ";
        String reason = "";
        String message = "";
        for (JsonNode condition : status.path("conditions")) {
            if (Trees.text(condition, "type").equals(ALLOWED)
                    && Trees.text(condition, "status").equals("False")) {
                reason = Trees.text(condition, "reason");
                message = Trees.text(condition, "message");
            }
        }
        long current = status.path("currentHealthy").asLong();
        long desired = status.path("desiredHealthy").asLong();
        if (!message.isEmpty() && reason.equals("SyncFailed")) {
            return prefix + "does not allow evicting pods currently because it failed sync: " + message;
        }
        if (current <= desired) {
            return prefix + "needs " + desired + " healthy pods and has " + current + " currently";
        }
        return prefix + "does not allow evicting pods currently"
                + (message.isEmpty() ? "" : " (" + reason + "): " + message);
    }

    static ApiException beingProcessed(String budget) {
        return tooMany("The disruption budget " + budget + " is still being processed by the server.")
                .retryAfter(RETRY_SECONDS);
    }

    private static ApiException tooMany(String cause) {
        ObjectNode details = JsonNodeFactory.instance.objectNode();
        details.putArray("causes").addObject().put("reason", "DisruptionBudget").put("message", cause);
        return ApiException.withDetails(
                Reason.TOO_MANY_REQUESTS, "Cannot evict pod as it would violate the pod's disruption budget.", details);
    }
}
