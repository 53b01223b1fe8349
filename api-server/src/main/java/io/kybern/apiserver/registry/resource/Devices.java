package io.kybern.apiserver.registry.resource;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.registry.goform.InternalForm;
import io.kybern.apiserver.registry.podspec.AffinityValidation;
import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.field.FieldPath;
import io.kybern.crd.name.Names;
import io.kybern.crd.resource.Trees;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** {@code spec.devices} of a ResourceSlice. */
final class Devices {
    private static final int MAX_ATTRIBUTES_AND_CAPACITIES = 32;
    private static final int MAX_VALUE_BYTES = 64;
    private static final int MAX_TAINTS = 16;
    private static final int MAX_CONSUMPTIONS = 2;
    private static final int MAX_COUNTERS = 32;
    private static final int MAX_KEY = 96;
    private static final String LISTS = "bools ints strings versions";
    private static final String ONE_NODE =
            "exactly one of `nodeName`, `nodeSelector`, or `allNodes` is required when `perDeviceNodeSelection` is set to"
                    + " true in the ResourceSlice spec";
    private static final String NUMBER = "(0|[1-9]\\d*)";
    private static final String PRE_RELEASE = "(0|[1-9]\\d*|\\d*[a-zA-Z-][0-9a-zA-Z-]*)";
    private static final String BUILD = "[0-9a-zA-Z-]+";
    /** semver.org, version 2.0.0. */
    private static final Pattern VERSION = Pattern.compile(NUMBER + "\\." + NUMBER + "\\." + NUMBER + "(-" + PRE_RELEASE
            + "(\\." + PRE_RELEASE + ")*)?(\\+" + BUILD + "(\\." + BUILD + ")*)?");

    private Devices() {}

    /** Takes away what belongs to features that are off. */
    static void dropDisabled(JsonNode devices) {
        for (ObjectNode device : Trees.objects(devices)) {
            device.remove("nodeAllocatableResourceMappings");
            device.path("attributes").forEach(attribute -> {
                if (attribute instanceof ObjectNode values) {
                    values.remove(List.of(LISTS.split(" ")));
                }
            });
        }
    }

    /** Taints say since when they hold. */
    static void timeTaints(JsonNode devices, String now) {
        for (ObjectNode device : Trees.objects(devices)) {
            Trees.objects(device.path("taints")).forEach(taint -> Trees.defaultPointer(taint, "timeAdded", now));
        }
    }

    /** @param perDevice each device says itself which nodes reach it */
    static void validate(JsonNode device, boolean perDevice, FieldPath path, FieldErrors errors) {
        DeviceRules.label(Trees.text(device, "name"), path.child("name"), errors);
        JsonNode attributes = device.path("attributes");
        JsonNode capacity = device.path("capacity");
        int count = attributes.size() + capacity.size();
        if (count > MAX_ATTRIBUTES_AND_CAPACITIES) {
            errors.invalid(
                    path,
                    count,
                    "the total number of attributes and capacities must not exceed " + MAX_ATTRIBUTES_AND_CAPACITIES);
        }
        boolean shared = device.path("allowMultipleAllocations").asBoolean(false);
        sorted(attributes).forEach((name, value) -> {
            DeviceRules.qualifiedName(name, path.child("attributes"), errors);
            attribute(value, path.child("attributes").key(shortened(name, MAX_KEY)), errors);
        });
        sorted(capacity).forEach((name, value) -> {
            DeviceRules.qualifiedName(name, path.child("capacity"), errors);
            RequestPolicy.validate(value, shared, path.child("capacity").key(shortened(name, MAX_KEY)), errors);
        });
        DeviceRules.list(device.path("taints"), MAX_TAINTS, DeviceRules::taint, path.child("taints"), errors);
        DeviceRules.set(
                device.path("consumesCounters"),
                MAX_CONSUMPTIONS,
                Devices::consumption,
                c -> Trees.text(c, "counterSet"),
                path.child("consumesCounters"),
                errors);
        nodes(device, perDevice, path, errors);
        DeviceRules.bindingConditions(device, path, errors);
    }

    private static void attribute(JsonNode attribute, FieldPath path, FieldErrors errors) {
        if (attribute.has("string")) {
            tooLong(Trees.text(attribute, "string"), path.child("string"), errors);
        }
        if (attribute.has("version")) {
            String version = Trees.text(attribute, "version");
            if (!VERSION.matcher(version).matches()) {
                errors.invalid(
                        path.child("version"), version, "must be a string compatible with semver.org spec 2.0.0");
            }
            tooLong(version, path.child("version"), errors);
        }
        int values = attribute.size();
        if (values != 1) {
            Object shown = values == 0 ? "" : InternalForm.of("resource.DeviceAttribute", attribute);
            errors.invalid(path, shown, "exactly one value must be specified");
        }
    }

    private static void tooLong(String value, FieldPath path, FieldErrors errors) {
        if (Names.bytes(value) > MAX_VALUE_BYTES) {
            errors.tooLong(path, MAX_VALUE_BYTES);
        }
    }

    private static void consumption(JsonNode consumption, FieldPath path, FieldErrors errors) {
        String set = Trees.text(consumption, "counterSet");
        if (set.isEmpty()) {
            errors.required(path.child("counterSet"), "");
        } else {
            DeviceRules.label(set, path.child("counterSet"), errors);
        }
        counters(consumption.path("counters"), path.child("counters"), errors);
    }

    /** A set of counters that devices share. */
    static void counterSet(JsonNode set, FieldPath path, FieldErrors errors) {
        String name = Trees.text(set, "name");
        if (name.isEmpty()) {
            errors.required(path.child("name"), "");
        } else {
            DeviceRules.label(name, path.child("name"), errors);
        }
        counters(set.path("counters"), path.child("counters"), errors);
    }

    private static void counters(JsonNode counters, FieldPath path, FieldErrors errors) {
        if (counters.isEmpty()) {
            errors.required(path, "");
        } else if (counters.size() > MAX_COUNTERS) {
            errors.tooMany(path, counters.size(), MAX_COUNTERS);
        } else {
            sorted(counters).keySet().forEach(name -> DeviceRules.label(name, path, errors));
        }
    }

    private static void nodes(JsonNode device, boolean perDevice, FieldPath path, FieldErrors errors) {
        if (!perDevice) {
            if (device.has("nodeName") || device.has("nodeSelector") || device.has("allNodes")) {
                errors.invalid(
                        path,
                        null,
                        "`nodeName`, `nodeSelector` and `allNodes` can only be set if `perDeviceNodeSelection` is set to"
                                + " true in the ResourceSlice spec");
            }
            return;
        }
        List<String> set = new ArrayList<>();
        if (device.has("nodeName")) {
            String name = Trees.text(device, "nodeName");
            if (name.isEmpty()) {
                errors.invalid(path.child("nodeName"), name, "must not be empty");
            } else {
                set.add("`nodeName`");
                errors.invalidEach(path.child("nodeName"), name, Names.dnsSubdomain(name));
            }
        }
        if (device.has("nodeSelector")) {
            set.add("`nodeSelector`");
            AffinityValidation.nodeSelector(device.path("nodeSelector"), path.child("nodeSelector"), errors);
        }
        if (device.has("allNodes")) {
            if (device.path("allNodes").asBoolean()) {
                set.add("`allNodes`");
            } else {
                errors.invalid(path.child("allNodes"), false, "must be either unset or set to true");
            }
        }
        if (set.isEmpty()) {
            errors.required(path, ONE_NODE);
        } else if (set.size() > 1) {
            errors.invalid(path, "{" + String.join(", ", set) + "}", ONE_NODE);
        }
    }

    /** Whether a slice may have no more than half as many devices, since they are costly. */
    static boolean areCostly(JsonNode devices) {
        for (JsonNode device : devices) {
            if (!device.path("taints").isEmpty()
                    || !device.path("consumesCounters").isEmpty()) {
                return true;
            }
        }
        return false;
    }

    private static Map<String, JsonNode> sorted(JsonNode map) {
        Map<String, JsonNode> out = new TreeMap<>();
        map.properties().forEach(e -> out.put(e.getKey(), e.getValue()));
        return out;
    }

    /** The key without its middle if it is long. */
    private static String shortened(String key, int max) {
        if (key.length() <= max) {
            return key;
        }
        int left = max - "...".length();
        return key.substring(0, (left + 1) / 2) + "..." + key.substring(key.length() - left / 2);
    }
}
