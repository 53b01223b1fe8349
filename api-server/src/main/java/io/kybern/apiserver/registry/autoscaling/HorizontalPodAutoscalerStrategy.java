package io.kybern.apiserver.registry.autoscaling;

import static io.kybern.crd.resource.Trees.at;
import static io.kybern.crd.resource.Trees.defaultNumber;
import static io.kybern.crd.resource.Trees.defaultPointer;
import static io.kybern.crd.resource.Trees.has;
import static io.kybern.crd.resource.Trees.number;
import static io.kybern.crd.resource.Trees.object;
import static io.kybern.crd.resource.Trees.text;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.registry.podspec.WorkloadSpec;
import io.kybern.apiserver.registry.table.WorkloadColumns;
import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.field.FieldPath;
import io.kybern.crd.resource.Columns;
import io.kybern.crd.resource.Strategy;
import io.kybern.crd.resource.TableColumn;
import java.util.List;

/** HorizontalPodAutoscalers in their v2 form. Source: {@code pkg/registry/autoscaling/horizontalpodautoscaler/strategy.go}. */
public final class HorizontalPodAutoscalerStrategy implements Strategy {
    private static final long PERIOD_SECONDS = 15;
    private static final List<TableColumn> COLUMNS = List.of(
            Columns.NAME,
            Columns.string(
                    "Reference",
                    0,
                    o -> text(o, "spec", "scaleTargetRef", "kind") + "/" + text(o, "spec", "scaleTargetRef", "name")),
            Columns.string("Targets", 0, MetricTargets::describe),
            Columns.string(
                    "MinPods",
                    0,
                    o -> has(o, "spec", "minReplicas") ? Long.toString(number(o, "spec", "minReplicas")) : "<unset>"),
            WorkloadColumns.countAsText("MaxPods", "spec", "maxReplicas"),
            WorkloadColumns.countAsText("Replicas", "status", "currentReplicas"),
            Columns.AGE);

    @Override
    public void applyDefaults(ObjectNode autoscaler) {
        ObjectNode spec = object(autoscaler, "spec");
        defaultNumber(spec, "minReplicas", 1);
        if (spec.path("metrics").isEmpty()) {
            ObjectNode metric = spec.putArray("metrics").addObject().put("type", "Resource");
            metric.putObject("resource")
                    .put("name", "cpu")
                    .putObject("target")
                    .put("type", "Utilization")
                    .put("averageUtilization", 80L);
        }
        if (spec.get("behavior") instanceof ObjectNode behavior) {
            ObjectNode up = object(behavior, "scaleUp");
            defaultNumber(up, "stabilizationWindowSeconds", 0);
            defaultPointer(up, "selectPolicy", "Max");
            if (!up.has("policies")) {
                ArrayNode policies = up.putArray("policies");
                policy(policies, "Pods", 4);
                policy(policies, "Percent", 100);
            }
            ObjectNode down = object(behavior, "scaleDown");
            defaultPointer(down, "selectPolicy", "Max");
            if (!down.has("policies")) {
                policy(down.putArray("policies"), "Percent", 100);
            }
        }
    }

    private static void policy(ArrayNode policies, String type, long value) {
        policies.addObject().put("type", type).put("value", value).put("periodSeconds", PERIOD_SECONDS);
    }

    @Override
    public boolean hasStatus() {
        return true;
    }

    @Override
    public void validate(ObjectNode autoscaler, FieldErrors errors) {
        AutoscalerValidation.validate(autoscaler.path("spec"), false, errors);
    }

    @Override
    public void validateUpdate(ObjectNode updated, ObjectNode existing, FieldErrors errors) {
        boolean sameTarget = List.of("apiVersion", "kind").stream()
                .allMatch(f ->
                        text(updated, "spec", "scaleTargetRef", f).equals(text(existing, "spec", "scaleTargetRef", f)));
        AutoscalerValidation.validate(updated.path("spec"), sameTarget, errors);
    }

    @Override
    public void validateStatusUpdate(ObjectNode updated, ObjectNode existing, FieldErrors errors) {
        WorkloadSpec.nonNegative(
                at(updated, "status"), FieldPath.of("status"), errors, "currentReplicas", "desiredReplicas");
    }

    @Override
    public List<TableColumn> tableColumns() {
        return COLUMNS;
    }
}
