package io.kybern.apiserver.registry.resource;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.registry.goform.InternalForm;
import io.kybern.apiserver.registry.podspec.AffinityValidation;
import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.field.FieldPath;
import io.kybern.crd.name.Names;
import io.kybern.crd.resource.ConditionRules;
import io.kybern.crd.resource.Trees;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The status of a ResourceClaim: which devices it got, what drivers say of them, and who uses them. */
final class ClaimStatusValidation {
    private static final FieldPath STATUS = FieldPath.of("status");
    private static final int MAX_CONSUMERS = 256;
    private static final int MAX_RESULTS = 32;
    private static final int MAX_CONFIGURATIONS = 64;
    private static final int MAX_CONDITIONS = 8;
    private static final int MAX_INTERFACE_BYTES = 256;
    private static final int MAX_ADDRESS_BYTES = 128;

    private final ObjectNode updated;
    private final ObjectNode existing;
    private final DeviceRequests requests;

    /** The devices that the claim has, as {@link #id} names them. */
    private final Set<String> allocated = new HashSet<>();

    ClaimStatusValidation(ObjectNode updated, ObjectNode existing) {
        this.updated = updated;
        this.existing = existing;
        this.requests = new DeviceRequests(updated.path("spec"));
        updated.path("status")
                .path("allocation")
                .path("devices")
                .path("results")
                .forEach(r -> allocated.add(id(r)));
    }

    void validate(FieldErrors errors) {
        JsonNode status = updated.path("status");
        JsonNode consumers = status.path("reservedFor");
        DeviceRules.set(
                consumers,
                MAX_CONSUMERS,
                ClaimStatusValidation::consumer,
                c -> Trees.text(c, "uid"),
                STATUS.child("reservedFor"),
                errors);
        DeviceRules.set(
                status.path("devices"),
                Integer.MAX_VALUE,
                this::device,
                ClaimStatusValidation::id,
                STATUS.child("devices"),
                errors);
        JsonNode allocation = status.path("allocation");
        if (!consumers.isEmpty()) {
            reserved(consumers, allocation.isObject(), errors);
        }
        JsonNode before = existing.path("status").path("allocation");
        if (before.isObject() && allocation.isObject()) {
            if (!Trees.same(before, allocation)) {
                errors.invalid(
                        STATUS.child("allocation"),
                        InternalForm.of("resource.AllocationResult", allocation),
                        "field is immutable");
            }
        } else if (allocation.isObject()) {
            allocation(allocation, STATUS.child("allocation"), errors);
        }
    }

    private void reserved(JsonNode consumers, boolean isAllocated, FieldErrors errors) {
        FieldPath path = STATUS.child("reservedFor");
        if (!isAllocated) {
            errors.forbidden(path, "may not be specified when `allocated` is not set");
            return;
        }
        Set<JsonNode> before = new HashSet<>();
        existing.path("status").path("reservedFor").forEach(before::add);
        boolean deleted = updated.path("metadata").has("deletionTimestamp");
        if (deleted && consumers.valueStream().anyMatch(c -> !before.contains(c))) {
            errors.forbidden(
                    path, "new entries may not be added while `deallocationRequested` or `deletionTimestamp` are set");
        }
    }

    private static void consumer(JsonNode consumer, FieldPath path, FieldErrors errors) {
        for (String field : List.of("resource", "name", "uid")) {
            if (Trees.text(consumer, field).isEmpty()) {
                errors.required(path.child(field), "");
            }
        }
    }

    private void allocation(JsonNode allocation, FieldPath path, FieldErrors errors) {
        JsonNode devices = allocation.path("devices");
        FieldPath at = path.child("devices");
        DeviceRules.list(devices.path("results"), MAX_RESULTS, this::result, at.child("results"), errors);
        DeviceRules.list(devices.path("config"), MAX_CONFIGURATIONS, this::configuration, at.child("config"), errors);
        if (allocation.path("nodeSelector").isObject()) {
            AffinityValidation.nodeSelector(allocation.path("nodeSelector"), path.child("nodeSelector"), errors);
        }
    }

    private void result(JsonNode result, FieldPath path, FieldErrors errors) {
        requests.reference(Trees.text(result, "request"), path.child("request"), errors);
        names(result, path, errors);
        DeviceRules.bindingConditions(result, path, errors);
    }

    private static void names(JsonNode device, FieldPath path, FieldErrors errors) {
        DeviceRules.driver(Trees.text(device, "driver"), path.child("driver"), errors);
        DeviceRules.pool(Trees.text(device, "pool"), path.child("pool"), errors);
        DeviceRules.label(Trees.text(device, "device"), path.child("device"), errors);
    }

    private void configuration(JsonNode configuration, FieldPath path, FieldErrors errors) {
        String source = Trees.text(configuration, "source");
        List<String> sources = List.of("FromClaim", "FromClass");
        if (source.isEmpty()) {
            errors.required(path.child("source"), "");
        } else if (!sources.contains(source)) {
            errors.notSupported(path.child("source"), source, sources);
        }
        requests.references(configuration.path("requests"), path.child("requests"), errors);
        DeviceRules.configuration(configuration, path, errors);
    }

    private static String id(JsonNode device) {
        String id =
                Trees.text(device, "driver") + "/" + Trees.text(device, "pool") + "/" + Trees.text(device, "device");
        return device.has("shareID") ? id + "/" + Trees.text(device, "shareID") : id;
    }

    private void device(JsonNode device, FieldPath path, FieldErrors errors) {
        names(device, path, errors);
        if (!allocated.contains(id(device))) {
            ObjectNode shown = JsonNodeFactory.instance
                    .objectNode()
                    .put("Driver", Trees.text(device, "driver"))
                    .put("Pool", Trees.text(device, "pool"))
                    .put("Device", Trees.text(device, "device"))
                    .put("ShareID", Trees.text(device, "shareID"));
            errors.invalid(path, shown, "must be an allocated device in the claim");
        }
        JsonNode conditions = device.path("conditions");
        if (conditions.size() > MAX_CONDITIONS) {
            errors.tooMany(path.child("conditions"), conditions.size(), MAX_CONDITIONS);
        }
        ConditionRules.validate(conditions, path.child("conditions"), errors);
        if (device.has("data")) {
            DeviceRules.jsonObject(device.path("data"), path.child("data"), errors);
        }
        network(device.path("networkData"), path.child("networkData"), errors);
    }

    private static void network(JsonNode network, FieldPath path, FieldErrors errors) {
        if (Names.bytes(Trees.text(network, "interfaceName")) > MAX_INTERFACE_BYTES) {
            errors.tooLong(path.child("interfaceName"), MAX_INTERFACE_BYTES);
        }
        if (Names.bytes(Trees.text(network, "hardwareAddress")) > MAX_ADDRESS_BYTES) {
            errors.tooLong(path.child("hardwareAddress"), MAX_ADDRESS_BYTES);
        }
    }
}
