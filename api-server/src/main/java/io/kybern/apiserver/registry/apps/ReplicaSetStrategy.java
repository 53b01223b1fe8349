package io.kybern.apiserver.registry.apps;

import static io.kybern.crd.resource.Trees.defaultNumber;
import static io.kybern.crd.resource.Trees.object;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.registry.podspec.PodSpecDefaults;
import io.kybern.apiserver.registry.podspec.TemplateStrategy;
import io.kybern.apiserver.registry.podspec.WorkloadSpec;
import io.kybern.apiserver.registry.table.WorkloadColumns;
import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.field.FieldPath;
import io.kybern.crd.resource.Columns;
import io.kybern.crd.resource.TableColumn;
import java.util.List;

/** ReplicaSets. Source: {@code pkg/registry/apps/replicaset/strategy.go}. */
public final class ReplicaSetStrategy extends TemplateStrategy {
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

    public ReplicaSetStrategy() {
        super(PodNames.FROM_OWNER, COLUMNS);
    }

    @Override
    public void applyDefaults(ObjectNode set) {
        ObjectNode spec = object(set, "spec");
        defaultNumber(spec, "replicas", 1);
        PodSpecDefaults.template(object(spec, "template"));
    }

    @Override
    public void validate(ObjectNode set, FieldErrors errors) {
        JsonNode spec = set.path("spec");
        WorkloadSpec.nonNegative(spec, SPEC, errors, "replicas", "minReadySeconds");
        WorkloadSpec.replicated(spec, SPEC, errors);
    }

    @Override
    public void validateUpdate(ObjectNode updated, ObjectNode existing, FieldErrors errors) {
        validate(updated, errors);
        WorkloadSpec.sameSelector(updated, existing, SPEC, errors);
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
}
