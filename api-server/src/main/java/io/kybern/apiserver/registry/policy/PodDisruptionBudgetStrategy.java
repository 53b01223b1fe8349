package io.kybern.apiserver.registry.policy;

import static io.kybern.crd.resource.Trees.at;
import static io.kybern.crd.resource.Trees.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.registry.goform.InternalForm;
import io.kybern.apiserver.registry.podspec.WorkloadSpec;
import io.kybern.apiserver.registry.table.WorkloadColumns;
import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.field.FieldPath;
import io.kybern.crd.label.LabelSelectors;
import io.kybern.crd.resource.Columns;
import io.kybern.crd.resource.ConditionRules;
import io.kybern.crd.resource.MetadataRules;
import io.kybern.crd.resource.NameRule;
import io.kybern.crd.resource.Strategy;
import io.kybern.crd.resource.TableColumn;
import java.util.List;
import java.util.Set;

/** PodDisruptionBudgets. Source: {@code pkg/registry/policy/poddisruptionbudget/strategy.go}. */
public final class PodDisruptionBudgetStrategy implements Strategy {
    private static final FieldPath SPEC = FieldPath.of("spec");
    private static final List<TableColumn> COLUMNS = List.of(
            Columns.NAME,
            Columns.string("Min Available", 0, o -> orNotApplicable(at(o, "spec", "minAvailable"))),
            Columns.string("Max Unavailable", 0, o -> orNotApplicable(at(o, "spec", "maxUnavailable"))),
            WorkloadColumns.count("Allowed Disruptions", "status", "disruptionsAllowed"),
            Columns.AGE);

    /** The original asks for no more than what holds for every object, not even for a proper name. */
    @Override
    public NameRule nameRule() {
        return NameRule.PATH_SEGMENT;
    }

    @Override
    public MetadataRules metadataRules(String subresource) {
        return MetadataRules.NOTHING;
    }

    @Override
    public boolean hasStatus() {
        return true;
    }

    @Override
    public void validate(ObjectNode budget, FieldErrors errors) {
        JsonNode spec = budget.path("spec");
        if (spec.has("minAvailable") && spec.has("maxUnavailable")) {
            errors.invalid(
                    SPEC,
                    InternalForm.of("policy.PodDisruptionBudgetSpec", spec),
                    "minAvailable and maxUnavailable cannot be both set");
        }
        for (String field : List.of("minAvailable", "maxUnavailable")) {
            if (spec.has(field)) {
                WorkloadSpec.intOrPercent(spec.path(field), SPEC.child(field), errors);
                WorkloadSpec.notMoreThanAll(spec.path(field), SPEC.child(field), errors);
            }
        }
        LabelSelectors.validate(spec.path("selector"), SPEC.child("selector"), errors);
        String policy = text(spec, "unhealthyPodEvictionPolicy");
        if (spec.has("unhealthyPodEvictionPolicy")
                && !policy.equals("IfHealthyBudget")
                && !policy.equals("AlwaysAllow")) {
            errors.notSupported(
                    SPEC.child("unhealthyPodEvictionPolicy"), policy, List.of("AlwaysAllow", "IfHealthyBudget"));
        }
    }

    @Override
    public void validateStatusUpdate(ObjectNode updated, ObjectNode existing, FieldErrors errors) {
        FieldPath status = FieldPath.of("status");
        ConditionRules.validate(updated.path("status").path("conditions"), status.child("conditions"), errors);
        WorkloadSpec.nonNegative(
                updated.path("status"),
                status,
                errors,
                "disruptionsAllowed",
                "currentHealthy",
                "desiredHealthy",
                "expectedPods");
    }

    @Override
    public Set<String> generationFields() {
        return Set.of("spec");
    }

    @Override
    public boolean allowsUnconditionalUpdate() {
        return false;
    }

    @Override
    public List<TableColumn> tableColumns() {
        return COLUMNS;
    }

    private static String orNotApplicable(JsonNode value) {
        return value.isMissingNode() ? "N/A" : value.asText();
    }
}
