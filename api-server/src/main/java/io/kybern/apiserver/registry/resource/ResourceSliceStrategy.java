package io.kybern.apiserver.registry.resource;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.registry.goform.InternalForm;
import io.kybern.apiserver.registry.podspec.AffinityValidation;
import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.field.FieldPath;
import io.kybern.crd.name.Names;
import io.kybern.crd.resource.Columns;
import io.kybern.crd.resource.FieldRules;
import io.kybern.crd.resource.RequestContext;
import io.kybern.crd.resource.Strategy;
import io.kybern.crd.resource.TableColumn;
import io.kybern.crd.resource.Trees;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** ResourceSlices: the devices that drivers offer. */
public final class ResourceSliceStrategy implements Strategy {
    private static final FieldPath SPEC = FieldPath.of("spec");
    private static final int MAX_DEVICES = 128;
    private static final int MAX_COUNTER_SETS = 8;
    private static final String ONE_WAY =
            "exactly one of `nodeName`, `nodeSelector`, `allNodes`, `perDeviceNodeSelection`";

    @Override
    public Set<String> generationFields() {
        return Set.of("spec");
    }

    @Override
    public void prepareForCreate(ObjectNode object, RequestContext context) {
        prepare(object, context);
    }

    @Override
    public void prepareForUpdate(ObjectNode updated, ObjectNode existing, RequestContext context) {
        prepare(updated, context);
    }

    private static void prepare(ObjectNode object, RequestContext context) {
        JsonNode devices = object.path("spec").path("devices");
        Devices.dropDisabled(devices);
        Devices.timeTaints(
                devices, context.now().truncatedTo(ChronoUnit.SECONDS).toString());
    }

    @Override
    public void validate(ObjectNode object, FieldErrors errors) {
        spec(object.path("spec"), MissingNode.getInstance(), errors);
    }

    @Override
    public void validateUpdate(ObjectNode updated, ObjectNode existing, FieldErrors errors) {
        spec(updated.path("spec"), existing.path("spec"), errors);
    }

    private static void spec(JsonNode spec, JsonNode old, FieldErrors errors) {
        DeviceRules.driver(Trees.text(spec, "driver"), SPEC.child("driver"), errors);
        pool(spec.path("pool"), SPEC.child("pool"), errors);
        if (old.isObject()) {
            JsonNode pool = spec.path("pool");
            FieldRules.immutable(
                    SPEC.child("pool").child("name"),
                    pool.path("name"),
                    old.path("pool").path("name"),
                    errors);
            FieldRules.immutable(SPEC.child("driver"), spec.path("driver"), old.path("driver"), errors);
            FieldRules.immutable(SPEC.child("nodeName"), spec.path("nodeName"), old.path("nodeName"), errors);
        }
        nodes(spec, errors);
        if (!spec.path("sharedCounters").isMissingNode()
                && !spec.path("devices").isMissingNode()) {
            errors.invalid(SPEC, "", "only one of `sharedCounters` or `devices` is allowed");
        }
        boolean perDevice = spec.path("perDeviceNodeSelection").asBoolean(false);
        DeviceRules.set(
                spec.path("devices"),
                Devices.areCostly(spec.path("devices")) ? MAX_DEVICES / 2 : MAX_DEVICES,
                (device, path, e) -> Devices.validate(device, perDevice, path, e),
                device -> Trees.text(device, "name"),
                SPEC.child("devices"),
                errors);
        DeviceRules.set(
                spec.path("sharedCounters"),
                MAX_COUNTER_SETS,
                Devices::counterSet,
                set -> Trees.text(set, "name"),
                SPEC.child("sharedCounters"),
                errors);
    }

    private static void pool(JsonNode pool, FieldPath path, FieldErrors errors) {
        DeviceRules.pool(Trees.text(pool, "name"), path.child("name"), errors);
        long slices = pool.path("resourceSliceCount").asLong();
        if (slices <= 0) {
            errors.invalid(path.child("resourceSliceCount"), slices, "must be greater than zero");
        }
        long generation = pool.path("generation").asLong();
        if (generation < 0) {
            errors.invalid(path.child("generation"), generation, "must be greater than or equal to zero");
        }
    }

    /** One of four ways to say which nodes reach the devices. */
    private static void nodes(JsonNode spec, FieldErrors errors) {
        List<String> set = new ArrayList<>();
        if (spec.has("nodeName")) {
            String name = Trees.text(spec, "nodeName");
            if (name.isEmpty()) {
                errors.invalid(SPEC.child("nodeName"), name, "must be either unset or set to a non-empty string");
            } else {
                set.add("`nodeName`");
                errors.invalidEach(SPEC.child("nodeName"), name, Names.dnsSubdomain(name));
            }
        }
        JsonNode selector = spec.path("nodeSelector");
        if (selector.isObject()) {
            set.add("`nodeSelector`");
            AffinityValidation.nodeSelector(selector, SPEC.child("nodeSelector"), errors);
            JsonNode terms = selector.path("nodeSelectorTerms");
            if (terms.size() != 1) {
                errors.invalid(
                        SPEC.child("nodeSelector").child("nodeSelectorTerms"),
                        InternalForm.of("core.NodeSelector", selector).path("NodeSelectorTerms"),
                        "must have exactly one node selector term");
            }
        }
        for (String field : List.of("allNodes", "perDeviceNodeSelection")) {
            if (spec.path(field).asBoolean(false)) {
                set.add("`" + field + "`");
            } else if (spec.has(field)) {
                errors.invalid(SPEC.child(field), false, "must be either unset or set to true");
            }
        }
        if (set.isEmpty()) {
            errors.required(SPEC, ONE_WAY + " is required");
        } else if (set.size() > 1) {
            errors.invalid(
                    SPEC, "{" + String.join(", ", set) + "}", ONE_WAY + " is required, but multiple fields are set");
        }
    }

    @Override
    public List<String> warnings(ObjectNode object) {
        String driver = Trees.text(object.path("spec"), "driver");
        return driver.equals(driver.toLowerCase(Locale.ROOT))
                ? List.of()
                : List.of("spec.driver: driver names should be lowercase; " + FieldErrors.quote(driver)
                        + " contains uppercase characters");
    }

    @Override
    public Map<String, String> selectableFields(ObjectNode object) {
        JsonNode spec = object.path("spec");
        return Map.of("spec.nodeName", Trees.text(spec, "nodeName"), "spec.driver", Trees.text(spec, "driver"));
    }

    @Override
    public Set<String> selectableFieldNames() {
        return Set.of("spec.nodeName", "spec.driver");
    }

    @Override
    public String unsupportedFieldLabel(String label) {
        return "field label not supported for resource.k8s.io/v1, Kind=ResourceSlice: " + label;
    }

    @Override
    public boolean returnsDeletedObject() {
        return true;
    }

    @Override
    public List<TableColumn> tableColumns() {
        return List.of(
                Columns.NAME,
                Columns.string("Node", 0, o -> Trees.text(o.path("spec"), "nodeName")),
                Columns.string("Driver", 0, o -> Trees.text(o.path("spec"), "driver")),
                Columns.string("Pool", 0, o -> Trees.text(o.path("spec").path("pool"), "name")),
                Columns.AGE);
    }
}
