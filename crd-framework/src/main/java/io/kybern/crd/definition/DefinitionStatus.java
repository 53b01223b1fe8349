package io.kybern.crd.definition;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.net.WebhookClientRules;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * The status of a CustomResourceDefinition: which of its names are accepted, given those of the other definitions of
 * its group, and whether it is served. Pure functions; who calls them writes what they answer.
 *
 * <p>Source: {@code naming_controller.go} and {@code establishing_controller.go} of apiextensions-apiserver.
 */
public final class DefinitionStatus {
    /** Keeps a definition until its objects are gone. */
    public static final String CLEANUP_FINALIZER = "customresourcecleanup.apiextensions.k8s.io";

    private DefinitionStatus() {}

    /**
     * The status after another look at the names.
     *
     * @param definition not changed
     * @param others the other definitions; those of other groups do not matter
     * @return the whole status; equal to the old one if there is nothing to do
     */
    public static ObjectNode accept(ObjectNode definition, Iterable<ObjectNode> others, Instant now) {
        ObjectNode status = definition.path("status") instanceof ObjectNode old
                ? old.deepCopy()
                : JsonNodeFactory.instance.objectNode();
        JsonNode requested = definition.path("spec").path("names");
        JsonNode accepted = status.path("acceptedNames");
        Taken taken = Taken.of(definition, others);
        ObjectNode names = accepted instanceof ObjectNode a ? a.deepCopy() : JsonNodeFactory.instance.objectNode();
        String reason = "NoConflicts";
        String message = "no conflicts found";
        for (String field : List.of("plural", "singular", "shortNames", "kind", "listKind")) {
            List<String> conflicts = conflicts(field, requested, accepted, taken);
            if (conflicts.isEmpty()) {
                copy(requested, names, field);
            } else {
                reason = Character.toUpperCase(field.charAt(0)) + field.substring(1) + "Conflict";
                message = conflicts.size() == 1 ? conflicts.getFirst() : "[" + String.join(", ", conflicts) + "]";
            }
        }
        copy(requested, names, "categories");
        boolean fine = reason.equals("NoConflicts");
        status.set("acceptedNames", names);
        setCondition(status, "NamesAccepted", fine, reason, message, now);
        if (!isTrue(status, "Established")) {
            String bundle = definition
                    .at("/spec/conversion/webhook/clientConfig/caBundle")
                    .asText("");
            if (fine && WebhookClientRules.caBundleProblem(bundle).isPresent()) {
                setCondition(
                        status,
                        "Established",
                        false,
                        "InvalidCABundle",
                        "The conversion webhook CABundle is invalid",
                        now);
            } else if (fine) {
                setCondition(
                        status,
                        "Established",
                        true,
                        "InitialNamesAccepted",
                        "the initial names have been accepted",
                        now);
            } else {
                setCondition(status, "Established", false, "NotAccepted", "not all names are accepted", now);
            }
        }
        approve(definition, status, now);
        return status;
    }

    private static void approve(ObjectNode definition, ObjectNode status, Instant now) {
        if (ApiApproval.isNeeded(definition.path("spec").path("group").asText())) {
            ApiApproval approval = ApiApproval.of(definition
                    .path("metadata")
                    .path("annotations")
                    .path(ApiApproval.ANNOTATION)
                    .asText(""));
            setCondition(
                    status,
                    "KubernetesAPIApprovalPolicyConformant",
                    approval.state() == ApiApproval.State.APPROVED,
                    approval.reason(),
                    approval.message(),
                    now);
        }
    }

    private record Taken(Set<String> resources, Set<String> kinds) {
        static Taken of(ObjectNode definition, Iterable<ObjectNode> others) {
            Taken taken = new Taken(new HashSet<>(), new HashSet<>());
            String group = definition.path("spec").path("group").asText();
            String self = definition.path("metadata").path("name").asText();
            for (ObjectNode other : others) {
                boolean same = other.path("metadata").path("name").asText().equals(self);
                if (!same && other.path("spec").path("group").asText().equals(group)) {
                    JsonNode names = other.path("status").path("acceptedNames");
                    taken.resources.add(names.path("plural").asText(""));
                    taken.resources.add(names.path("singular").asText(""));
                    names.path("shortNames").forEach(n -> taken.resources.add(n.asText()));
                    taken.kinds.add(names.path("kind").asText(""));
                    taken.kinds.add(names.path("listKind").asText(""));
                }
            }
            taken.resources.remove("");
            taken.kinds.remove("");
            return taken;
        }
    }

    private static List<String> conflicts(String field, JsonNode requested, JsonNode accepted, Taken taken) {
        Set<String> used = field.toLowerCase(Locale.ROOT).endsWith("kind") ? taken.kinds : taken.resources;
        List<String> conflicts = new ArrayList<>();
        JsonNode wanted = requested.path(field);
        if (wanted.isArray()) {
            Set<String> own = new HashSet<>();
            accepted.path(field).forEach(n -> own.add(n.asText()));
            for (JsonNode name : wanted) {
                if (!own.contains(name.asText()) && used.contains(name.asText())) {
                    conflicts.add(inUse(name.asText()));
                }
            }
        } else if (!wanted.asText("").equals(accepted.path(field).asText("")) && used.contains(wanted.asText(""))) {
            conflicts.add(inUse(wanted.asText()));
        }
        return conflicts;
    }

    private static String inUse(String name) {
        return FieldErrors.quote(name) + " is already in use";
    }

    private static void copy(JsonNode from, ObjectNode to, String field) {
        JsonNode value = from.get(field);
        if (value == null || value.isNull()) {
            to.remove(field);
        } else {
            to.set(field, value.deepCopy());
        }
    }

    /** Whether a definition has the condition with status True. */
    public static boolean isTrue(JsonNode definitionOrStatus, String type) {
        JsonNode status = definitionOrStatus.has("status") ? definitionOrStatus.path("status") : definitionOrStatus;
        for (JsonNode condition : status.path("conditions")) {
            if (condition.path("type").asText().equals(type)) {
                return condition.path("status").asText().equals("True");
            }
        }
        return false;
    }

    /** Whether objects of the kind are served: its names are accepted, or were, and it is not being deleted away. */
    public static boolean isServed(ObjectNode definition) {
        return isTrue(definition, "Established");
    }

    /** Sets a condition; its time changes with its status alone. */
    public static void setCondition(
            ObjectNode status, String type, boolean value, String reason, String message, Instant now) {
        ArrayNode conditions = status.withArrayProperty("conditions");
        String text = value ? "True" : "False";
        ObjectNode target = null;
        for (JsonNode condition : conditions) {
            if (condition.path("type").asText().equals(type)) {
                target = (ObjectNode) condition;
            }
        }
        String time = now.truncatedTo(ChronoUnit.SECONDS).toString();
        if (target == null) {
            target = conditions.addObject();
            target.put("type", type).put("status", text).put("lastTransitionTime", time);
        } else if (!target.path("status").asText().equals(text)) {
            target.put("status", text).put("lastTransitionTime", time);
        }
        target.put("reason", reason).put("message", message);
    }
}
