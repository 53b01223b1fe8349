package io.kybern.apiserver.registry.core;

import static io.kybern.crd.resource.Trees.at;
import static io.kybern.crd.resource.Trees.defaultNumber;
import static io.kybern.crd.resource.Trees.number;
import static io.kybern.crd.resource.Trees.object;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.registry.apps.ReplicaSetStrategy;
import io.kybern.apiserver.registry.podspec.PodSpecDefaults;
import io.kybern.apiserver.registry.podspec.PodTemplateValidation;
import io.kybern.apiserver.registry.podspec.TemplateStrategy;
import io.kybern.apiserver.registry.podspec.WorkloadSpec;
import io.kybern.apiserver.registry.table.WorkloadColumns;
import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.field.FieldPath;
import io.kybern.crd.label.LabelSelectors;
import io.kybern.crd.resource.Columns;
import io.kybern.crd.resource.TableColumn;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** ReplicationControllers. Source: {@code pkg/registry/core/replicationcontroller/strategy.go}. */
public final class ReplicationControllerStrategy extends TemplateStrategy {
    private static final FieldPath SPEC = FieldPath.of("spec");
    private static final List<TableColumn> COLUMNS = List.of(
            Columns.NAME,
            WorkloadColumns.count("Desired", "spec", "replicas"),
            WorkloadColumns.count("Current", "status", "replicas"),
            WorkloadColumns.count("Ready", "status", "readyReplicas"),
            Columns.AGE,
            WorkloadColumns.containers("spec", "template", "spec"),
            WorkloadColumns.images("spec", "template", "spec"),
            WorkloadColumns.wide("Selector", o -> LabelSelectors.formatLabels(at(o, "spec", "selector"))));

    public ReplicationControllerStrategy() {
        super(PodNames.FROM_OWNER, COLUMNS);
    }

    @Override
    public void applyDefaults(ObjectNode controller) {
        ObjectNode spec = object(controller, "spec");
        JsonNode labels = at(spec, "template", "metadata", "labels");
        if (!labels.isEmpty()) {
            if (spec.path("selector").isEmpty()) {
                spec.set("selector", labels.deepCopy());
            }
            ObjectNode metadata = object(controller, "metadata");
            if (metadata.path("labels").isEmpty()) {
                metadata.set("labels", labels.deepCopy());
            }
        }
        defaultNumber(spec, "replicas", 1);
        if (spec.get("template") instanceof ObjectNode template) {
            PodSpecDefaults.template(template);
        }
    }

    @Override
    public void validate(ObjectNode controller, FieldErrors errors) {
        JsonNode spec = controller.path("spec");
        WorkloadSpec.nonNegative(spec, SPEC, errors, "minReadySeconds");
        JsonNode selector = spec.path("selector");
        if (selector.isEmpty()) {
            errors.required(SPEC.child("selector"), "");
        }
        WorkloadSpec.nonNegative(spec, SPEC, errors, "replicas");
        JsonNode template = spec.path("template");
        if (template.isMissingNode()) {
            errors.required(SPEC.child("template"), "");
            return;
        }
        JsonNode labels = at(template, "metadata", "labels");
        if (!selector.propertyStream().allMatch(e -> e.getValue().equals(labels.path(e.getKey())))) {
            errors.invalid(
                    SPEC.child("template").child("metadata").child("labels"),
                    labels,
                    "`selector` does not match template `labels`");
        }
        PodTemplateValidation.validate(template, SPEC.child("template"), errors);
        WorkloadSpec.runsForever(spec, "ReplicationController", SPEC, errors);
    }

    @Override
    public void validateStatusUpdate(ObjectNode updated, ObjectNode existing, FieldErrors errors) {
        ReplicaSetStrategy.validateStatus(updated.path("status"), errors);
    }

    @Override
    public Set<String> selectableFieldNames() {
        return Set.of("status.replicas");
    }

    @Override
    public Map<String, String> selectableFields(ObjectNode controller) {
        return Map.of("status.replicas", Long.toString(number(controller, "status", "replicas")));
    }
}
