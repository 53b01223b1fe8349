package io.kybern.apiserver.registry.resource;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.field.FieldPath;
import io.kybern.crd.name.Names;
import io.kybern.crd.resource.FieldRules;
import io.kybern.crd.resource.Trees;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** {@code devices} of a ResourceClaim: which devices are asked for. */
final class DeviceRequests {
    private static final List<String> MODES = List.of("All", "ExactCount");
    private static final String EXACT = "ExactCount";
    private static final int MAX_REQUESTS = 32;

    private DeviceRequests() {}

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
        boolean exact = Trees.text(request, "allocationMode").equals(EXACT);
        if (exact && request.path("count").asLong() == 0) {
            request.put("count", 1);
        }
    }

    static void validate(JsonNode claimSpec, FieldPath path, FieldErrors errors) {
        JsonNode requests = claimSpec.path("devices").path("requests");
        FieldPath list = path.child("devices").child("requests");
        if (requests.size() > MAX_REQUESTS) {
            errors.tooMany(list, requests.size(), MAX_REQUESTS);
            return;
        }
        Set<String> names = new HashSet<>();
        for (int i = 0; i < requests.size(); i++) {
            JsonNode request = requests.get(i);
            String name = Trees.text(request, "name");
            FieldPath requestPath = list.index(i);
            name(name, requestPath.child("name"), errors);
            boolean exactly = request.path("exactly").isObject();
            boolean first = !request.path("firstAvailable").isEmpty();
            if (exactly && first) {
                errors.invalid(requestPath, null, "exactly one of `exactly` or `firstAvailable` is required");
            } else if (exactly) {
                request(request.path("exactly"), requestPath.child("exactly"), errors);
            } else if (first) {
                for (int j = 0; j < request.path("firstAvailable").size(); j++) {
                    FieldPath sub = requestPath.child("firstAvailable").index(j);
                    JsonNode alternative = request.path("firstAvailable").get(j);
                    name(Trees.text(alternative, "name"), sub.child("name"), errors);
                    request(alternative, sub, errors);
                }
            } else {
                errors.required(requestPath, "exactly one of `exactly` or `firstAvailable` is required");
            }
            if (!names.add(name)) {
                errors.duplicate(requestPath, name);
            }
        }
    }

    private static void name(String name, FieldPath path, FieldErrors errors) {
        if (name.isEmpty()) {
            errors.required(path, "");
        } else {
            errors.invalidEach(path, name, Names.dnsLabel(name));
        }
    }

    private static void request(JsonNode request, FieldPath path, FieldErrors errors) {
        String deviceClass = Trees.text(request, "deviceClassName");
        if (deviceClass.isEmpty()) {
            errors.required(path.child("deviceClassName"), "");
        } else {
            errors.invalidEach(path.child("deviceClassName"), deviceClass, Names.dnsSubdomain(deviceClass));
        }
        JsonNode mode = request.path("allocationMode");
        JsonNode count = request.path("count");
        if (mode.asText("").equals(EXACT) && count.asLong() <= 0) {
            errors.invalid(path.child("count"), count, "must be greater than zero");
        } else if (mode.asText("").equals("All") && count.asLong() != 0) {
            errors.invalid(path.child("count"), count, "must not be specified when allocationMode is 'All'");
        }
        FieldRules.supported(path.child("allocationMode"), mode, MODES, errors);
    }
}
