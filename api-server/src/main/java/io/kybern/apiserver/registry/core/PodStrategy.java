package io.kybern.apiserver.registry.core;

import static io.kybern.crd.resource.Trees.at;
import static io.kybern.crd.resource.Trees.flag;
import static io.kybern.crd.resource.Trees.keep;
import static io.kybern.crd.resource.Trees.number;
import static io.kybern.crd.resource.Trees.object;
import static io.kybern.crd.resource.Trees.set;
import static io.kybern.crd.resource.Trees.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.registry.podspec.AppArmor;
import io.kybern.apiserver.registry.podspec.DisabledFields;
import io.kybern.apiserver.registry.podspec.MatchLabelKeys;
import io.kybern.apiserver.registry.podspec.PodSpecDefaults;
import io.kybern.apiserver.registry.podspec.PodWarnings;
import io.kybern.apiserver.registry.podspec.QosClass;
import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.name.Names;
import io.kybern.crd.resource.RequestContext;
import io.kybern.crd.resource.Strategy;
import io.kybern.crd.resource.TableColumn;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Pods. Source: {@code pkg/registry/core/pod/strategy.go}. */
public final class PodStrategy implements Strategy {
    private static final Set<String> FIELDS = Set.of(
            "spec.nodeName",
            "spec.host",
            "spec.restartPolicy",
            "spec.schedulerName",
            "spec.serviceAccountName",
            "spec.hostNetwork",
            "status.phase",
            "status.hostIP",
            "status.podIP",
            "status.podIPs",
            "status.nominatedNodeName");

    @Override
    public void applyDefaults(ObjectNode pod) {
        PodSpecDefaults.pod(pod);
        if (pod.get("status") instanceof ObjectNode status) {
            PodStatus.mirrorAddress(status);
        }
    }

    @Override
    public void prepareForCreate(ObjectNode pod, RequestContext context) {
        ObjectNode status = pod.putObject("status");
        status.put("phase", "Pending").put("qosClass", QosClass.of(pod.path("spec")));
        if (!at(pod, "spec", "schedulingGates").isEmpty()) {
            status.putArray("conditions")
                    .addObject()
                    .put("type", "PodScheduled")
                    .put("status", "False")
                    .put(
                            "lastTransitionTime",
                            context.now().truncatedTo(ChronoUnit.SECONDS).toString())
                    .put("reason", "SchedulingGated")
                    .put("message", "Scheduling is blocked due to non-empty scheduling gates");
        }
        MatchLabelKeys.mergeIntoSelectors(object(pod, "spec"), at(pod, "metadata", "labels"));
        AppArmor.applyAnnotations(pod, context.warnings());
        DisabledFields.drop(pod.path("spec"), MissingNode.getInstance());
    }

    @Override
    public void prepareForUpdate(ObjectNode updated, ObjectNode existing, RequestContext context) {
        switch (context.subresource()) {
            case "status" -> PodStatus.prepareForUpdate(updated, existing);
            case "ephemeralcontainers" -> {
                JsonNode containers = at(updated, "spec", "ephemeralContainers");
                keep(updated, existing, "spec");
                keep(updated, existing, "status");
                keepMetadata(updated, existing);
                set(object(updated, "spec"), "ephemeralContainers", containers);
            }
            case "resize" -> {
                if (PodResize.keepAllButResources(updated, existing)) {
                    keep(updated, existing, "status");
                    keepMetadata(updated, existing);
                }
            }
            default -> {
                keep(updated, existing, "status");
                DisabledFields.drop(updated.path("spec"), existing.path("spec"));
            }
        }
    }

    /** What subresources other than status may not touch. Source: {@code metav1.ResetObjectMetaForStatus}. */
    private static void keepMetadata(ObjectNode updated, ObjectNode existing) {
        ObjectNode metadata = object(updated, "metadata");
        ObjectNode old = object(existing, "metadata");
        for (String field : List.of("labels", "annotations", "finalizers", "ownerReferences", "deletionTimestamp")) {
            keep(metadata, old, field);
        }
    }

    @Override
    public boolean hasStatus() {
        return true;
    }

    @Override
    public void validate(ObjectNode pod, FieldErrors errors) {
        PodValidation.validateCreate(pod, errors);
    }

    @Override
    public void validateUpdate(ObjectNode updated, ObjectNode existing, FieldErrors errors) {
        PodUpdateValidation.validate(updated, existing, errors);
    }

    @Override
    public void validateStatusUpdate(ObjectNode updated, ObjectNode existing, FieldErrors errors) {
        PodStatusValidation.validateUpdate(updated, existing, errors);
    }

    @Override
    public void validateSubresourceUpdate(
            String subresource, ObjectNode updated, ObjectNode existing, FieldErrors errors) {
        switch (subresource) {
            case "ephemeralcontainers" -> EphemeralContainersValidation.validate(updated, existing, errors);
            case "resize" -> PodResizeValidation.validate(updated, existing, errors);
            default -> validateUpdate(updated, existing, errors);
        }
    }

    @Override
    public List<String> warnings(ObjectNode pod) {
        List<String> warnings = new ArrayList<>();
        List<String> complaints = Names.dnsLabel(text(pod, "metadata", "name"));
        if (!complaints.isEmpty()) {
            warnings.add("metadata.name: this is used in the Pod's hostname, which can result in surprising behavior;"
                    + " a DNS label is recommended: [" + String.join(" ", complaints) + "]");
        }
        warnings.addAll(PodWarnings.ofPod(pod));
        return warnings;
    }

    /** People rarely update pods themselves, and the check would cost on a busy path. */
    @Override
    public List<String> updateWarnings(ObjectNode updated, ObjectNode existing) {
        return List.of();
    }

    @Override
    public Set<String> generationFields() {
        return Set.of("spec");
    }

    @Override
    public long defaultGracePeriodSeconds(ObjectNode pod) {
        return number(pod, "spec", "terminationGracePeriodSeconds");
    }

    @Override
    public boolean deletesGracefully(ObjectNode pod) {
        String phase = text(pod, "status", "phase");
        return !text(pod, "spec", "nodeName").isEmpty() && !phase.equals("Failed") && !phase.equals("Succeeded");
    }

    @Override
    public Set<String> selectableFieldNames() {
        return FIELDS;
    }

    @Override
    public Map<String, String> selectableFields(ObjectNode pod) {
        JsonNode spec = pod.path("spec");
        JsonNode status = pod.path("status");
        Map<String, String> fields = HashMap.newHashMap(9);
        fields.put("spec.nodeName", text(spec, "nodeName"));
        fields.put("spec.host", text(spec, "nodeName"));
        fields.put("spec.restartPolicy", text(spec, "restartPolicy"));
        fields.put("spec.schedulerName", text(spec, "schedulerName"));
        fields.put("spec.serviceAccountName", text(spec, "serviceAccountName"));
        fields.put("spec.hostNetwork", Boolean.toString(flag(spec, "hostNetwork")));
        fields.put("status.phase", text(status, "phase"));
        fields.put("status.podIP", text(status.path("podIPs").path(0), "ip"));
        fields.put("status.nominatedNodeName", text(status, "nominatedNodeName"));
        return fields;
    }

    @Override
    public boolean returnsDeletedObject() {
        return true;
    }

    @Override
    public List<TableColumn> tableColumns() {
        return PodColumns.ALL;
    }

    @Override
    public String completedReason(ObjectNode pod) {
        String phase = text(pod, "status", "phase");
        return phase.equals("Succeeded") || phase.equals("Failed") ? phase : "";
    }

    @Override
    public Map<String, Set<List<String>>> resetFields() {
        return Map.of(
                "",
                Set.of(List.of("status")),
                "status",
                Set.of(
                        List.of("spec"),
                        List.of("metadata", "deletionTimestamp"),
                        List.of("metadata", "ownerReferences")));
    }
}
