package io.kybern.apiserver.registry.resource;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.field.FieldPath;
import io.kybern.crd.name.Names;
import io.kybern.crd.resource.Trees;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** {@code devices} of a ResourceClaim: which devices are asked for. */
final class DeviceRequests {
    private static final List<String> MODES = List.of("All", "ExactCount");
    private static final String EXACT = "ExactCount";
    private static final int MAX_REQUESTS = 32;
    private static final int MAX_CONSTRAINTS = 32;
    private static final int MAX_CONFIGURATIONS = 32;
    private static final int MAX_ALTERNATIVES = 8;
    private static final int MAX_SELECTORS = 32;
    private static final int MAX_EXPRESSION_BYTES = 10 * 1024;
    private static final String NO_SUCH_REQUEST =
            "must be the name of a request in the claim or the name of a request and a subrequest separated by '/'";

    /** The names of requests, each with those of its alternatives. */
    private final Map<String, Set<String>> names = new HashMap<>();

    private final JsonNode devices;

    DeviceRequests(JsonNode claimSpec) {
        this.devices = claimSpec.path("devices");
        for (JsonNode request : devices.path("requests")) {
            Set<String> alternatives = new HashSet<>();
            request.path("firstAvailable").forEach(a -> alternatives.add(Trees.text(a, "name")));
            names.put(Trees.text(request, "name"), alternatives);
        }
    }

    static void applyDefaults(JsonNode claimSpec) {
        for (ObjectNode request : Trees.objects(claimSpec.path("devices").path("requests"))) {
            if (request.path("exactly") instanceof ObjectNode exactly) {
                count(exactly);
            }
            Trees.objects(request.path("firstAvailable")).forEach(DeviceRequests::count);
        }
    }

    private static void count(ObjectNode request) {
        Trees.defaultText(request, "allocationMode", EXACT);
        if (Trees.text(request, "allocationMode").equals(EXACT)) {
            Trees.defaultZero(request, "count", 1);
        }
        Trees.objects(request.path("tolerations")).forEach(t -> Trees.defaultText(t, "operator", "Equal"));
    }

    void validate(FieldPath claim, FieldErrors errors) {
        FieldPath path = claim.child("devices");
        DeviceRules.set(
                devices.path("requests"),
                MAX_REQUESTS,
                DeviceRequests::request,
                DeviceRequests::name,
                path.child("requests"),
                errors);
        DeviceRules.list(
                devices.path("constraints"), MAX_CONSTRAINTS, this::constraint, path.child("constraints"), errors);
        DeviceRules.list(devices.path("config"), MAX_CONFIGURATIONS, this::configuration, path.child("config"), errors);
    }

    private static String name(JsonNode item) {
        return Trees.text(item, "name");
    }

    private static void request(JsonNode request, FieldPath path, FieldErrors errors) {
        DeviceRules.label(name(request), path.child("name"), errors);
        boolean exactly = request.path("exactly").isObject();
        JsonNode alternatives = request.path("firstAvailable");
        if (exactly && !alternatives.isEmpty()) {
            errors.invalid(
                    path,
                    null,
                    "exactly one of `exactly` or `firstAvailable` is required, but multiple fields are set");
        } else if (exactly) {
            devices(request.path("exactly"), path.child("exactly"), errors);
        } else if (!alternatives.isEmpty()) {
            DeviceRules.set(
                    alternatives,
                    MAX_ALTERNATIVES,
                    DeviceRequests::alternative,
                    DeviceRequests::name,
                    path.child("firstAvailable"),
                    errors);
        } else {
            errors.required(path, "exactly one of `exactly` or `firstAvailable` is required");
        }
    }

    private static void alternative(JsonNode request, FieldPath path, FieldErrors errors) {
        DeviceRules.label(name(request), path.child("name"), errors);
        devices(request, path, errors);
    }

    private static void devices(JsonNode request, FieldPath path, FieldErrors errors) {
        String deviceClass = Trees.text(request, "deviceClassName");
        if (deviceClass.isEmpty()) {
            errors.required(path.child("deviceClassName"), "");
        } else {
            errors.invalidEach(path.child("deviceClassName"), deviceClass, Names.dnsSubdomain(deviceClass));
        }
        selectors(request.path("selectors"), path.child("selectors"), errors);
        String mode = Trees.text(request, "allocationMode");
        long count = request.path("count").asLong();
        if (!MODES.contains(mode)) {
            errors.notSupported(path.child("allocationMode"), mode, MODES);
        } else if (mode.equals(EXACT) && count <= 0) {
            errors.invalid(path.child("count"), count, "must be greater than zero");
        } else if (!mode.equals(EXACT) && count != 0) {
            errors.invalid(path.child("count"), count, "must not be specified when allocationMode is 'All'");
        }
        DeviceRules.list(
                request.path("tolerations"),
                Integer.MAX_VALUE,
                DeviceRules::toleration,
                path.child("tolerations"),
                errors);
    }

    static void selectors(JsonNode selectors, FieldPath path, FieldErrors errors) {
        DeviceRules.list(selectors, MAX_SELECTORS, DeviceRequests::selector, path, errors);
    }

    private static void selector(JsonNode selector, FieldPath path, FieldErrors errors) {
        JsonNode cel = selector.path("cel");
        if (!cel.isObject()) {
            errors.required(path.child("cel"), "");
        } else if (Names.bytes(Trees.text(cel, "expression")) > MAX_EXPRESSION_BYTES) {
            errors.tooLong(path.child("cel").child("expression"), MAX_EXPRESSION_BYTES);
        } else {
            DeviceSelectors.validate(
                    Trees.text(cel, "expression"), path.child("cel").child("expression"), errors);
        }
    }

    private void constraint(JsonNode constraint, FieldPath path, FieldErrors errors) {
        references(constraint.path("requests"), path.child("requests"), errors);
        if (constraint.has("matchAttribute")) {
            DeviceRules.fullyQualifiedName(
                    Trees.text(constraint, "matchAttribute"), path.child("matchAttribute"), errors);
        } else if (constraint.has("distinctAttribute")) {
            DeviceRules.fullyQualifiedName(
                    Trees.text(constraint, "distinctAttribute"), path.child("distinctAttribute"), errors);
        } else {
            errors.required(
                    path,
                    "exactly one of \"matchAttribute\" or \"distinctAttribute\" is required, but multiple fields are set");
        }
    }

    private void configuration(JsonNode configuration, FieldPath path, FieldErrors errors) {
        references(configuration.path("requests"), path.child("requests"), errors);
        DeviceRules.configuration(configuration, path, errors);
    }

    /** Names of requests of this claim. */
    void references(JsonNode references, FieldPath path, FieldErrors errors) {
        DeviceRules.set(
                references, MAX_REQUESTS, (r, at, e) -> reference(r.asText(), at, e), JsonNode::asText, path, errors);
    }

    void reference(String name, FieldPath path, FieldErrors errors) {
        String[] parts = name.split("/", -1);
        if (parts.length > 2) {
            errors.invalid(path, name, NO_SUCH_REQUEST);
            return;
        }
        for (String part : parts) {
            DeviceRules.label(part, path, errors);
        }
        Set<String> alternatives = names.get(parts[0]);
        if (alternatives == null || parts.length == 2 && !alternatives.contains(parts[1])) {
            errors.invalid(path, name, NO_SUCH_REQUEST);
        }
    }
}
