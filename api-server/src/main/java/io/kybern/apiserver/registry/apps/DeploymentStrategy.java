package io.kybern.apiserver.registry.apps;

import static io.kybern.crd.resource.Trees.defaultNumber;
import static io.kybern.crd.resource.Trees.defaultPointer;
import static io.kybern.crd.resource.Trees.defaultText;
import static io.kybern.crd.resource.Trees.keep;
import static io.kybern.crd.resource.Trees.number;
import static io.kybern.crd.resource.Trees.object;
import static io.kybern.crd.resource.Trees.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.registry.goform.InternalForm;
import io.kybern.apiserver.registry.podspec.PodSpecDefaults;
import io.kybern.apiserver.registry.podspec.TemplateStrategy;
import io.kybern.apiserver.registry.podspec.WorkloadSpec;
import io.kybern.apiserver.registry.table.WorkloadColumns;
import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.field.FieldPath;
import io.kybern.crd.resource.Columns;
import io.kybern.crd.resource.RequestContext;
import io.kybern.crd.resource.TableColumn;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Deployments. Source: {@code pkg/registry/apps/deployment/strategy.go}. */
public final class DeploymentStrategy extends TemplateStrategy {
    private static final FieldPath SPEC = FieldPath.of("spec");
    private static final FieldPath STATUS = FieldPath.of("status");
    private static final List<TableColumn> COLUMNS = List.of(
            Columns.NAME,
            WorkloadColumns.ready("Ready"),
            WorkloadColumns.countAsText("Up-to-date", "status", "updatedReplicas"),
            WorkloadColumns.countAsText("Available", "status", "availableReplicas"),
            Columns.AGE,
            WorkloadColumns.containers("spec", "template", "spec"),
            WorkloadColumns.images("spec", "template", "spec"),
            WorkloadColumns.selector("spec", "selector"));

    public DeploymentStrategy() {
        super(PodNames.FROM_OWNER, COLUMNS);
    }

    @Override
    public void applyDefaults(ObjectNode deployment) {
        ObjectNode spec = object(deployment, "spec");
        defaultNumber(spec, "replicas", 1);
        ObjectNode strategy = object(spec, "strategy");
        defaultText(strategy, "type", "RollingUpdate");
        if (text(strategy, "type").equals("RollingUpdate")) {
            ObjectNode rolling = object(strategy, "rollingUpdate");
            defaultPointer(rolling, "maxUnavailable", "25%");
            defaultPointer(rolling, "maxSurge", "25%");
        }
        defaultNumber(spec, "revisionHistoryLimit", 10);
        defaultNumber(spec, "progressDeadlineSeconds", 600);
        PodSpecDefaults.template(object(spec, "template"));
    }

    @Override
    public void prepareForUpdate(ObjectNode updated, ObjectNode existing, RequestContext context) {
        super.prepareForUpdate(updated, existing, context);
        if (context.subresource().equals("status")) {
            keep(object(updated, "metadata"), object(existing, "metadata"), "labels");
        }
    }

    @Override
    public void validate(ObjectNode deployment, FieldErrors errors) {
        JsonNode spec = deployment.path("spec");
        WorkloadSpec.nonNegative(spec, SPEC, errors, "replicas");
        WorkloadSpec.replicated(spec, SPEC, errors);
        strategy(spec.path("strategy"), SPEC.child("strategy"), errors);
        WorkloadSpec.nonNegative(
                spec, SPEC, errors, "minReadySeconds", "revisionHistoryLimit", "progressDeadlineSeconds");
        if (spec.has("progressDeadlineSeconds")
                && number(spec, "progressDeadlineSeconds") <= number(spec, "minReadySeconds")) {
            errors.invalid(
                    SPEC.child("progressDeadlineSeconds"),
                    number(spec, "progressDeadlineSeconds"),
                    "must be greater than minReadySeconds");
        }
    }

    private static void strategy(JsonNode strategy, FieldPath path, FieldErrors errors) {
        JsonNode rolling = strategy.path("rollingUpdate");
        FieldPath at = path.child("rollingUpdate");
        switch (text(strategy, "type")) {
            case "Recreate" -> {
                if (!rolling.isMissingNode()) {
                    errors.forbidden(at, "may not be specified when strategy `type` is 'Recreate'");
                }
            }
            case "RollingUpdate" -> {
                JsonNode unavailable = rolling.path("maxUnavailable");
                JsonNode surge = rolling.path("maxSurge");
                WorkloadSpec.intOrPercent(unavailable, at.child("maxUnavailable"), errors);
                WorkloadSpec.intOrPercent(surge, at.child("maxSurge"), errors);
                if (WorkloadSpec.amount(unavailable) == 0 && WorkloadSpec.amount(surge) == 0) {
                    errors.invalid(at.child("maxUnavailable"), unavailable, "may not be 0 when `maxSurge` is 0");
                }
                WorkloadSpec.notMoreThanAll(unavailable, at.child("maxUnavailable"), errors);
            }
            default ->
                errors.notSupported(
                        path,
                        InternalForm.of("apps.DeploymentStrategy", strategy),
                        List.of("Recreate", "RollingUpdate"));
        }
    }

    @Override
    public void validateUpdate(ObjectNode updated, ObjectNode existing, FieldErrors errors) {
        validate(updated, errors);
        WorkloadSpec.sameSelector(updated, existing, SPEC, errors);
    }

    @Override
    public void validateStatusUpdate(ObjectNode updated, ObjectNode existing, FieldErrors errors) {
        JsonNode status = updated.path("status");
        WorkloadSpec.nonNegative(
                status,
                STATUS,
                errors,
                "observedGeneration",
                "replicas",
                "updatedReplicas",
                "readyReplicas",
                "availableReplicas",
                "unavailableReplicas",
                "terminatingReplicas",
                "collisionCount");
        WorkloadSpec.notAbove(
                status,
                "replicas",
                "cannot be greater than status.replicas",
                STATUS,
                errors,
                "updatedReplicas",
                "readyReplicas",
                "availableReplicas");
        WorkloadSpec.notAbove(
                status, "readyReplicas", "cannot be greater than readyReplicas", STATUS, errors, "availableReplicas");
        WorkloadSpec.collisionCount(updated, existing, errors);
    }

    @Override
    public Set<String> generationFields() {
        return Set.of("spec", "metadata.annotations");
    }

    @Override
    public Map<String, Set<List<String>>> resetFields() {
        return Map.of("", Set.of(List.of("status")), "status", Set.of(List.of("spec"), List.of("metadata", "labels")));
    }
}
