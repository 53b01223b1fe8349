package io.kybern.apiserver.registry.core;

import static io.kybern.crd.resource.Trees.at;
import static io.kybern.crd.resource.Trees.flag;
import static io.kybern.crd.resource.Trees.has;
import static io.kybern.crd.resource.Trees.keep;
import static io.kybern.crd.resource.Trees.object;
import static io.kybern.crd.resource.Trees.objects;
import static io.kybern.crd.resource.Trees.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.registry.podspec.ResourceLists;
import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.resource.Columns;
import io.kybern.crd.resource.MetadataRules;
import io.kybern.crd.resource.RequestContext;
import io.kybern.crd.resource.Strategy;
import io.kybern.crd.resource.TableColumn;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Nodes, whose creator may also say their status. Source: {@code pkg/registry/core/node/strategy.go}. */
public final class NodeStrategy implements Strategy {
    private static final String ROLE_PREFIX = "node-role.kubernetes.io/";
    private static final String ROLE_LABEL = "kubernetes.io/role";
    private static final List<TableColumn> COLUMNS = List.of(
            Columns.NAME,
            Columns.string("Status", 0, NodeStrategy::status),
            Columns.string("Roles", 0, NodeStrategy::roles),
            Columns.AGE,
            Columns.string("Version", 0, o -> text(o, "status", "nodeInfo", "kubeletVersion")),
            Columns.string("Internal-IP", 1, o -> address(o, "InternalIP")),
            Columns.string("External-IP", 1, o -> address(o, "ExternalIP")),
            Columns.string("OS-Image", 1, o -> known(o, "osImage")),
            Columns.string("Kernel-Version", 1, NodeStrategy::kernel),
            Columns.string("Container-Runtime", 1, o -> known(o, "containerRuntimeVersion")));

    @Override
    public MetadataRules metadataRules(String subresource) {
        return subresource.isEmpty() ? MetadataRules.WHOLE_AND_CHANGE : MetadataRules.CHANGE;
    }

    @Override
    public void applyDefaults(ObjectNode node) {
        if (node.get("status") instanceof ObjectNode status) {
            ResourceLists.roundUp(status.path("capacity"));
            ResourceLists.roundUp(status.path("allocatable"));
            if (!status.has("allocatable") && status.has("capacity")) {
                status.set("allocatable", status.get("capacity").deepCopy());
            }
        }
        if (node.get("spec") instanceof ObjectNode spec) {
            podCidrs(spec);
        }
    }

    /** {@code podCIDR} is the first of {@code podCIDRs}; where they differ the former counts. */
    private static void podCidrs(ObjectNode spec) {
        String single = text(spec, "podCIDR");
        String first = spec.path("podCIDRs").path(0).asText("");
        if (!single.isEmpty() && !single.equals(first)) {
            spec.putArray("podCIDRs").add(single);
        } else if (single.isEmpty() && !first.isEmpty()) {
            spec.put("podCIDR", first);
        }
    }

    @Override
    public void prepareForCreate(ObjectNode node, RequestContext context) {
        object(node, "spec").remove("configSource");
        object(node, "status").remove("config");
    }

    @Override
    public void prepareForUpdate(ObjectNode updated, ObjectNode existing, RequestContext context) {
        if (context.subresource().equals("status")) {
            keep(updated, existing, "spec");
            if (!has(existing, "status", "config")) {
                object(updated, "status").remove("config");
            }
        } else {
            keep(updated, existing, "status");
            if (!has(existing, "spec", "configSource")) {
                object(updated, "spec").remove("configSource");
            }
        }
    }

    @Override
    public boolean hasStatus() {
        return true;
    }

    @Override
    public void validate(ObjectNode node, FieldErrors errors) {
        NodeValidation.validate(node, errors);
    }

    @Override
    public void validateUpdate(ObjectNode updated, ObjectNode existing, FieldErrors errors) {
        NodeValidation.validate(updated, errors);
        NodeValidation.validateUpdate(updated, existing, errors);
    }

    @Override
    public void validateStatusUpdate(ObjectNode updated, ObjectNode existing, FieldErrors errors) {
        NodeValidation.validateUpdate(updated, existing, errors);
    }

    @Override
    public List<String> warnings(ObjectNode node) {
        List<String> warnings = new ArrayList<>();
        if (has(node, "spec", "configSource")) {
            warnings.add("spec.configSource: the feature is no longer supported");
        }
        if (!text(node, "spec", "externalID").isEmpty()) {
            warnings.add("spec.externalID: this field is deprecated, and is unused by Kubernetes");
        }
        return warnings;
    }

    @Override
    public Set<String> selectableFieldNames() {
        return Set.of("spec.unschedulable");
    }

    @Override
    public Map<String, String> selectableFields(ObjectNode node) {
        return Map.of("spec.unschedulable", Boolean.toString(flag(node, "spec", "unschedulable")));
    }

    @Override
    public List<TableColumn> tableColumns() {
        return COLUMNS;
    }

    private static String status(ObjectNode node) {
        String ready = "Unknown";
        for (ObjectNode condition : objects(at(node, "status", "conditions"))) {
            if (text(condition, "type").equals("Ready")) {
                ready = text(condition, "status").equals("True") ? "Ready" : "NotReady";
            }
        }
        return flag(node, "spec", "unschedulable") ? ready + ",SchedulingDisabled" : ready;
    }

    private static String roles(ObjectNode node) {
        Set<String> roles = new TreeSet<>();
        at(node, "metadata", "labels").propertyStream().forEach(e -> {
            String value = e.getValue().asText();
            if (e.getKey().startsWith(ROLE_PREFIX) && e.getKey().length() > ROLE_PREFIX.length()) {
                roles.add(e.getKey().substring(ROLE_PREFIX.length()));
            } else if (e.getKey().equals(ROLE_LABEL) && !value.isEmpty()) {
                roles.add(value);
            }
        });
        return roles.isEmpty() ? "<none>" : String.join(",", roles);
    }

    private static String address(ObjectNode node, String type) {
        return objects(at(node, "status", "addresses")).stream()
                .filter(a -> text(a, "type").equals(type))
                .map(a -> text(a, "address"))
                .findFirst()
                .orElse("<none>");
    }

    private static String known(JsonNode node, String field) {
        String value = text(node, "status", "nodeInfo", field);
        return value.isEmpty() ? "<unknown>" : value;
    }

    private static String kernel(ObjectNode node) {
        String architecture = text(node, "status", "nodeInfo", "architecture");
        return known(node, "kernelVersion") + (architecture.isEmpty() ? "" : " (" + architecture + ")");
    }
}
