package io.kybern.apiserver.registry.certificates;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.crd.resource.Trees;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;

/** {@code status.conditions} of a CertificateSigningRequest. */
final class CertificateConditions {
    private CertificateConditions() {}

    static int count(JsonNode status, String type) {
        return (int) Trees.objects(status.path("conditions")).stream()
                .filter(c -> Trees.text(c, "type").equals(type))
                .count();
    }

    /** Approval is not the signer's: conditions Approved and Denied stay as they were. */
    static void keepApproval(ObjectNode status, JsonNode before) {
        for (String type : List.of("Approved", "Denied")) {
            List<ObjectNode> old = ofType(before, type);
            List<ObjectNode> now = ofType(status, type);
            for (int i = 0; i < Math.min(old.size(), now.size()); i++) {
                now.get(i).removeAll();
                now.get(i).setAll(old.get(i).deepCopy());
            }
            if (now.isEmpty()) {
                old.forEach(condition -> status.withArray("conditions").add(condition.deepCopy()));
            }
        }
    }

    private static List<ObjectNode> ofType(JsonNode status, String type) {
        return Trees.objects(status.path("conditions")).stream()
                .filter(c -> Trees.text(c, "type").equals(type))
                .toList();
    }

    /** Fills in the times that are missing. */
    static void stamp(ObjectNode status, JsonNode before, Instant now) {
        String time = now.truncatedTo(ChronoUnit.SECONDS).toString();
        for (ObjectNode condition : Trees.objects(status.path("conditions"))) {
            Trees.defaultText(condition, "lastUpdateTime", time);
            if (Trees.text(condition, "lastTransitionTime").isEmpty()) {
                String known = ofType(before, Trees.text(condition, "type")).stream()
                        .filter(old -> old.path("status").equals(condition.path("status")))
                        .map(old -> Trees.text(old, "lastTransitionTime"))
                        .findFirst()
                        .orElse("");
                condition.put("lastTransitionTime", known.isEmpty() ? time : known);
            }
        }
    }

    static String format(ObjectNode request) {
        JsonNode status = request.path("status");
        String shown = count(status, "Denied") > 0 ? "Denied" : count(status, "Approved") > 0 ? "Approved" : "Pending";
        String failed = count(status, "Failed") > 0 ? ",Failed" : "";
        return shown + failed + (Trees.text(status, "certificate").isEmpty() ? "" : ",Issued");
    }
}
