package io.kybern.apiserver.registry.core;

import static io.kybern.crd.resource.Trees.at;
import static io.kybern.crd.resource.Trees.objects;
import static io.kybern.crd.resource.Trees.text;
import static io.kybern.crd.resource.Trees.texts;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.registry.goform.InternalForm;
import io.kybern.apiserver.registry.podspec.AffinityValidation;
import io.kybern.apiserver.registry.podspec.ResourceValidation;
import io.kybern.apiserver.wire.JsonTree;
import io.kybern.crd.field.FieldChecks;
import io.kybern.crd.field.FieldError;
import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.field.FieldPath;
import io.kybern.crd.name.Names;
import io.kybern.crd.net.IpAddress;
import io.kybern.crd.value.Quantity;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Nodes: their taints, quantities and the little that may not change. */
final class NodeValidation {
    private static final Pattern FEATURE = Pattern.compile("[A-Z][a-zA-Z0-9]*(/[a-zA-Z0-9]+)*");

    private static final String AVOID_PODS = "scheduler.alpha.kubernetes.io/preferAvoidPods";

    private NodeValidation() {}

    static void validate(ObjectNode node, FieldErrors errors) {
        avoidPods(text(at(node, "metadata", "annotations"), AVOID_PODS), errors);
        taints(node, errors);
        quantities(node, errors);
        JsonNode swap = at(node, "status", "nodeInfo", "swap", "capacity");
        if (!swap.isMissingNode()) {
            FieldChecks.positive(swap.asLong(), FieldPath.of("metadata", "nodeSwapStatus", "capacity"), errors);
        }
        declaredFeatures(node, errors);
        podCidrs(node, errors);
    }

    /** An annotation of old: which controllers' pods are not wanted. */
    private static void avoidPods(String json, FieldErrors errors) {
        if (json.isEmpty()) {
            return;
        }
        FieldPath annotations = FieldPath.of("metadata", "annotations");
        Optional<String> complaint = GoJsonSyntax.complaintAboutObject(json.getBytes(StandardCharsets.UTF_8));
        if (complaint.isPresent()) {
            errors.invalid(annotations.child("AvoidPods"), AVOID_PODS, complaint.get());
            return;
        }
        int i = 0;
        for (ObjectNode entry : objects(
                JsonTree.parseStored(json.getBytes(StandardCharsets.UTF_8)).path("preferAvoidPods"))) {
            FieldPath path = annotations.child(AVOID_PODS).index(i++).child("PodSignature");
            JsonNode controller = at(entry, "podSignature", "podController");
            if (!controller.isObject()) {
                errors.required(path, "");
            } else if (!controller.path("controller").asBoolean(false)) {
                errors.invalid(path.child("PodController").child("Controller"), false, "must point to a controller");
            }
        }
    }

    private static void taints(ObjectNode node, FieldErrors errors) {
        Set<String> seen = new HashSet<>();
        int i = 0;
        for (ObjectNode taint : objects(at(node, "spec", "taints"))) {
            FieldPath path = FieldPath.of("metadata", "taints").index(i++);
            FieldChecks.qualifiedName(text(taint, "key"), path.child("key"), errors);
            List<String> complaints = Names.labelValue(text(taint, "value"));
            if (!complaints.isEmpty()) {
                errors.invalid(path.child("value"), text(taint, "value"), String.join(";", complaints));
            }
            AffinityValidation.taintEffect(text(taint, "effect"), path.child("effect"), errors);
            if (!seen.add(text(taint, "effect") + "/" + text(taint, "key"))) {
                errors.add(
                        FieldError.Type.DUPLICATE,
                        path,
                        "Duplicate value: " + InternalForm.of("core.Taint", taint)
                                + ": taints must be unique by key and effect pair");
            }
        }
    }

    private static void quantities(ObjectNode node, FieldErrors errors) {
        for (String list : List.of("capacity", "allocatable")) {
            at(node, "status", list)
                    .propertyStream()
                    .forEach(e -> ResourceValidation.quantity(
                            e.getKey(),
                            Quantity.parse(e.getValue().asText()),
                            FieldPath.of("status", list, e.getKey()),
                            errors));
        }
    }

    private static void declaredFeatures(ObjectNode node, FieldErrors errors) {
        List<String> features = texts(at(node, "status", "declaredFeatures"));
        FieldPath path = FieldPath.of("status", "declaredFeatures");
        for (int i = 0; i < features.size(); i++) {
            String feature = features.get(i);
            if (!FEATURE.matcher(feature).matches()) {
                errors.invalid(
                        path.index(i),
                        feature,
                        "invalid feature name " + FieldErrors.quote(feature)
                                + ": must start with an UpperCamelCase segment, with subsequent segments separated by '/'"
                                + " (e.g., MyFeature or MyFeature/mySubFeature), and contain only alphanumeric characters"
                                + " and slashes");
            }
            if (i + 1 < features.size()) {
                String next = features.get(i + 1);
                if (feature.equals(next)) {
                    errors.duplicate(path.index(i + 1), next);
                } else if (feature.compareTo(next) > 0) {
                    errors.invalid(path.index(i + 1), next, "list must be sorted alphabetically");
                }
            }
        }
    }

    private static void podCidrs(ObjectNode node, FieldErrors errors) {
        List<String> cidrs = texts(at(node, "spec", "podCIDRs"));
        FieldPath path = FieldPath.of("spec", "podCIDRs");
        Set<String> families = new HashSet<>();
        for (int i = 0; i < cidrs.size(); i++) {
            String[] parts = cidrs.get(i).split("/", -1);
            boolean valid = parts.length == 2
                    && parts[1].matches("[0-9]{1,3}")
                    && IpAddress.parse(parts[0])
                            .filter(a -> Integer.parseInt(parts[1]) <= (a.isIpv4() ? 32 : 128))
                            .isPresent();
            if (valid) {
                families.add(IpAddress.parse(parts[0]).orElseThrow().family());
            } else {
                errors.invalid(
                        path.index(i), cidrs.get(i), "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)");
            }
        }
        if (cidrs.size() > 1 && (families.size() != 2 || cidrs.size() > 2)) {
            errors.invalid(path, at(node, "spec", "podCIDRs"), "may specify no more than one CIDR for each IP family");
        }
    }

    static void validateUpdate(ObjectNode updated, ObjectNode existing, FieldErrors errors) {
        quantities(updated, errors);
        declaredFeatures(updated, errors);
        Set<JsonNode> addresses = new HashSet<>();
        int i = 0;
        for (ObjectNode address : objects(at(updated, "status", "addresses"))) {
            if (!addresses.add(address)) {
                errors.duplicate(
                        FieldPath.of("status", "addresses").index(i),
                        JsonNodeFactory.instance
                                .objectNode()
                                .put("Type", text(address, "type"))
                                .put("Address", text(address, "address")));
            }
            i++;
        }
        List<String> before = texts(at(existing, "spec", "podCIDRs"));
        if (!before.isEmpty() && !before.equals(texts(at(updated, "spec", "podCIDRs")))) {
            errors.forbidden(
                    FieldPath.of("spec", "podCIDRs"), "node updates may not change podCIDR except from \"\" to valid");
        }
        String provider = text(existing, "spec", "providerID");
        if (!provider.isEmpty() && !provider.equals(text(updated, "spec", "providerID"))) {
            errors.forbidden(
                    FieldPath.of("spec", "providerID"),
                    "node updates may not change providerID except from \"\" to valid");
        }
        taints(updated, errors);
        if (!text(updated, "spec", "externalID").equals(text(existing, "spec", "externalID"))) {
            errors.forbidden(FieldPath.of("spec", "externalID"), "may not be updated");
        }
    }
}
