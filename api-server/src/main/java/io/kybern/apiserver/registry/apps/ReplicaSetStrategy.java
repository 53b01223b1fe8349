package io.kybern.apiserver.registry.apps;

import static io.kybern.crd.resource.Trees.defaultNumber;
import static io.kybern.crd.resource.Trees.number;
import static io.kybern.crd.resource.Trees.object;
import static io.kybern.crd.resource.Trees.same;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.registry.podspec.PodSpecDefaults;
import io.kybern.apiserver.registry.podspec.PodTemplateValidation;
import io.kybern.apiserver.registry.podspec.PodWarnings;
import io.kybern.apiserver.registry.podspec.WorkloadSpec;
import io.kybern.apiserver.registry.table.WorkloadColumns;
import io.kybern.crd.field.FieldChecks;
import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.field.FieldPath;
import io.kybern.crd.resource.Columns;
import io.kybern.crd.resource.Strategy;
import io.kybern.crd.resource.TableColumn;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** ReplicaSets. Source: {@code pkg/registry/apps/replicaset/strategy.go}. */
public final class ReplicaSetStrategy implements Strategy {
    private static final FieldPath SPEC = FieldPath.of("spec");
    private static final FieldPath STATUS = FieldPath.of("status");
    private static final List<TableColumn> COLUMNS = List.of(
            Columns.NAME,
            WorkloadColumns.count("Desired", "spec", "replicas"),
            WorkloadColumns.count("Current", "status", "replicas"),
            WorkloadColumns.count("Ready", "status", "readyReplicas"),
            Columns.AGE,
            WorkloadColumns.containers("spec", "template", "spec"),
            WorkloadColumns.images("spec", "template", "spec"),
            WorkloadColumns.selector("spec", "selector"));

    @Override
    public void applyDefaults(ObjectNode set) {
        ObjectNode spec = object(set, "spec");
        defaultNumber(spec, "replicas", 1);
        PodSpecDefaults.template(object(spec, "template"));
    }

    @Override
    public boolean hasStatus() {
        return true;
    }

    @Override
    public void validate(ObjectNode set, FieldErrors errors) {
        JsonNode spec = set.path("spec");
        WorkloadSpec.nonNegative(spec, SPEC, errors, "replicas", "minReadySeconds");
        if (WorkloadSpec.selector(spec, "deployment", SPEC, errors)) {
            WorkloadSpec.matchesTemplate(spec, SPEC, errors);
            PodTemplateValidation.validate(spec.path("template"), SPEC.child("template"), errors);
            WorkloadSpec.runsForever(spec, "ReplicaSet", SPEC, errors);
        } else {
            errors.invalid(SPEC.child("selector"), spec.path("selector"), "invalid label selector");
        }
    }

    @Override
    public void validateUpdate(ObjectNode updated, ObjectNode existing, FieldErrors errors) {
        validate(updated, errors);
        FieldChecks.immutable(
                updated.path("spec").path("selector"),
                existing.path("spec").path("selector"),
                SPEC.child("selector"),
                errors);
    }

    @Override
    public void validateStatusUpdate(ObjectNode updated, ObjectNode existing, FieldErrors errors) {
        validateStatus(updated.path("status"), errors);
    }

    /** Also the rule for the status of a ReplicationController. */
    public static void validateStatus(JsonNode status, FieldErrors errors) {
        WorkloadSpec.nonNegative(
                status,
                STATUS,
                errors,
                "replicas",
                "fullyLabeledReplicas",
                "readyReplicas",
                "availableReplicas",
                "observedGeneration",
                "terminatingReplicas");
        WorkloadSpec.notAbove(
                status,
                "replicas",
                "cannot be greater than status.replicas",
                STATUS,
                errors,
                "fullyLabeledReplicas",
                "readyReplicas",
                "availableReplicas");
        WorkloadSpec.notAbove(
                status, "readyReplicas", "cannot be greater than readyReplicas", STATUS, errors, "availableReplicas");
    }

    @Override
    public List<String> warnings(ObjectNode set) {
        List<String> warnings = new ArrayList<>(PodWarnings.ofOwnerName(set));
        warnings.addAll(PodWarnings.ofTemplate(set.path("spec").path("template"), "spec.template"));
        return warnings;
    }

    @Override
    public List<String> updateWarnings(ObjectNode updated, ObjectNode existing) {
        return same(updated.path("spec"), existing.path("spec"))
                ? List.of()
                : PodWarnings.ofTemplate(updated.path("spec").path("template"), "spec.template");
    }

    @Override
    public Set<String> generationFields() {
        return Set.of("spec");
    }

    @Override
    public Set<String> selectableFieldNames() {
        return Set.of("status.replicas");
    }

    @Override
    public Map<String, String> selectableFields(ObjectNode set) {
        return Map.of("status.replicas", Long.toString(number(set, "status", "replicas")));
    }

    @Override
    public List<TableColumn> tableColumns() {
        return COLUMNS;
    }
}
