package io.kybern.apiserver.registry.core;

import static io.kybern.crd.resource.Trees.number;
import static io.kybern.crd.resource.Trees.objects;
import static io.kybern.crd.resource.Trees.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.crd.field.FieldChecks;
import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.field.FieldPath;
import io.kybern.crd.net.IpAddress;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Updates of {@code pods/status}. */
final class PodStatusValidation {
    private static final FieldPath STATUS = FieldPath.of("status");
    private static final Set<String> SYSTEM_CONDITIONS = Set.of("PodScheduled", "Ready", "Initialized");

    private PodStatusValidation() {}

    static void validateUpdate(ObjectNode updated, ObjectNode existing, FieldErrors errors) {
        PodUpdateValidation.annotations(updated, existing, errors);
        JsonNode status = updated.path("status");
        JsonNode old = existing.path("status");
        conditions(status, errors);
        nominatedNode(status, old, text(existing, "spec", "nodeName"), errors);
        nonNegativeGeneration(status, STATUS.child("observedGeneration"), errors);
        FieldChecks.immutable(status.path("qosClass"), old.path("qosClass"), STATUS.child("qosClass"), errors);
        ContainerTransitions.validate(status, old, existing.path("spec"), errors);
        addresses(status, "podIPs", errors);
        JsonNode hostIps = status.path("hostIPs");
        if (!hostIps.isEmpty() && !text(status, "hostIP").equals(text(hostIps.path(0), "ip"))) {
            errors.invalid(
                    STATUS.child("hostIPs").index(0).child("ip"),
                    hostIps.path(0).path("ip"),
                    "must be equal to `hostIP`");
        }
        addresses(status, "hostIPs", errors);
    }

    private static void conditions(JsonNode status, FieldErrors errors) {
        int i = 0;
        for (ObjectNode condition : objects(status.path("conditions"))) {
            FieldPath path = STATUS.child("conditions").index(i++);
            nonNegativeGeneration(condition, path.child("observedGeneration"), errors);
            String type = text(condition, "type");
            if (!SYSTEM_CONDITIONS.contains(type)) {
                FieldChecks.qualifiedName(type, path.child("Type"), errors);
            }
        }
    }

    private static void nonNegativeGeneration(JsonNode holder, FieldPath path, FieldErrors errors) {
        long generation = number(holder, "observedGeneration");
        if (generation < 0) {
            errors.invalid(path, generation, "must be a non-negative integer");
        }
    }

    private static void nominatedNode(JsonNode status, JsonNode old, String nodeName, FieldErrors errors) {
        String node = text(status, "nominatedNodeName");
        if (node.isEmpty() || node.equals(text(old, "nominatedNodeName"))) {
            return;
        }
        FieldPath path = STATUS.child("nominatedNodeName");
        FieldChecks.dnsSubdomain(node, path, errors);
        if (!nodeName.isEmpty()) {
            errors.forbidden(path, "may not be set on pods that are already bound to a node");
        }
    }

    private static void addresses(JsonNode status, String field, FieldErrors errors) {
        FieldPath path = STATUS.child(field);
        List<ObjectNode> list = objects(status.path(field));
        Set<String> families = new HashSet<>();
        for (int i = 0; i < list.size(); i++) {
            String text = text(list.get(i), "ip");
            Optional<IpAddress> address = IpAddress.parse(text);
            if (address.isEmpty()) {
                errors.invalid(path.index(i), text, "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)");
            } else {
                families.add(address.get().family());
            }
        }
        if (list.size() > 1 && (families.size() != 2 || list.size() > 2)) {
            ArrayNode shown = JsonNodeFactory.instance.arrayNode();
            list.forEach(item -> shown.addObject().put("IP", text(item, "ip")));
            errors.invalid(path, shown, "may specify no more than one IP for each IP family");
        }
    }
}
