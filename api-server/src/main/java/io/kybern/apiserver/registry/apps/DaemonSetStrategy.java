package io.kybern.apiserver.registry.apps;

import static io.kybern.crd.resource.Trees.at;
import static io.kybern.crd.resource.Trees.defaultNumber;
import static io.kybern.crd.resource.Trees.defaultText;
import static io.kybern.crd.resource.Trees.object;
import static io.kybern.crd.resource.Trees.same;
import static io.kybern.crd.resource.Trees.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.registry.goform.InternalForm;
import io.kybern.apiserver.registry.podspec.PodSpecDefaults;
import io.kybern.apiserver.registry.podspec.PodTemplateValidation;
import io.kybern.apiserver.registry.podspec.TemplateStrategy;
import io.kybern.apiserver.registry.podspec.WorkloadSpec;
import io.kybern.apiserver.registry.table.WorkloadColumns;
import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.field.FieldPath;
import io.kybern.crd.label.LabelSelectors;
import io.kybern.crd.resource.Columns;
import io.kybern.crd.resource.RequestContext;
import io.kybern.crd.resource.TableColumn;
import java.util.List;

/** DaemonSets. Source: {@code pkg/registry/apps/daemonset/strategy.go}. */
public final class DaemonSetStrategy extends TemplateStrategy {
    /** Counts changes of the template. It was a field once. */
    private static final String TEMPLATE_GENERATION = "deprecated.daemonset.template.generation";

    private static final FieldPath SPEC = FieldPath.of("spec");
    private static final FieldPath STATUS = FieldPath.of("status");
    private static final List<TableColumn> COLUMNS = List.of(
            Columns.NAME,
            WorkloadColumns.count("Desired", "status", "desiredNumberScheduled"),
            WorkloadColumns.count("Current", "status", "currentNumberScheduled"),
            WorkloadColumns.count("Ready", "status", "numberReady"),
            WorkloadColumns.count("Up-to-date", "status", "updatedNumberScheduled"),
            WorkloadColumns.count("Available", "status", "numberAvailable"),
            Columns.string(
                    "Node Selector",
                    0,
                    o -> LabelSelectors.formatLabels(at(o, "spec", "template", "spec", "nodeSelector"))),
            Columns.AGE,
            WorkloadColumns.containers("spec", "template", "spec"),
            WorkloadColumns.images("spec", "template", "spec"),
            WorkloadColumns.selector("spec", "selector"));

    public DaemonSetStrategy() {
        super(PodNames.OTHER, COLUMNS);
    }

    @Override
    public void applyDefaults(ObjectNode set) {
        ObjectNode spec = object(set, "spec");
        ObjectNode update = object(spec, "updateStrategy");
        defaultText(update, "type", "RollingUpdate");
        if (text(update, "type").equals("RollingUpdate")) {
            ObjectNode rolling = object(update, "rollingUpdate");
            defaultNumber(rolling, "maxUnavailable", 1);
            defaultNumber(rolling, "maxSurge", 0);
        }
        defaultNumber(spec, "revisionHistoryLimit", 10);
        PodSpecDefaults.template(object(spec, "template"));
        if (!at(set, "metadata", "annotations").has(TEMPLATE_GENERATION)) {
            setTemplateGeneration(set, 0); // a field of the internal form, which is never absent
        }
    }

    @Override
    public void prepareForCreate(ObjectNode set, RequestContext context) {
        super.prepareForCreate(set, context);
        setTemplateGeneration(set, Math.max(1, templateGeneration(set)));
    }

    @Override
    public void prepareForUpdate(ObjectNode updated, ObjectNode existing, RequestContext context) {
        super.prepareForUpdate(updated, existing, context);
        boolean changed = !same(at(updated, "spec", "template"), at(existing, "spec", "template"));
        if (context.subresource().isEmpty()) {
            setTemplateGeneration(updated, templateGeneration(existing) + (changed ? 1 : 0));
        }
    }

    private static long templateGeneration(ObjectNode set) {
        try {
            return Long.parseLong(text(at(set, "metadata", "annotations"), TEMPLATE_GENERATION));
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    private static void setTemplateGeneration(ObjectNode set, long generation) {
        object(object(set, "metadata"), "annotations").put(TEMPLATE_GENERATION, Long.toString(generation));
    }

    @Override
    public void validate(ObjectNode set, FieldErrors errors) {
        JsonNode spec = set.path("spec");
        JsonNode selector = spec.path("selector");
        int before = errors.size();
        LabelSelectors.validate(selector, SPEC.child("selector"), errors);
        if (errors.size() == before) {
            WorkloadSpec.matchesTemplate(spec, SPEC, errors);
        }
        if (!selector.isMissingNode() && LabelSelectors.isEmpty(selector)) {
            errors.invalid(SPEC.child("selector"), selector, "empty selector is invalid for daemonset");
        }
        PodTemplateValidation.validate(spec.path("template"), SPEC.child("template"), errors);
        WorkloadSpec.runsForever(spec, "DaemonSet", SPEC, errors);
        WorkloadSpec.nonNegative(spec, SPEC, errors, "minReadySeconds");
        updateStrategy(spec.path("updateStrategy"), SPEC.child("updateStrategy"), errors);
        WorkloadSpec.nonNegative(spec, SPEC, errors, "revisionHistoryLimit");
    }

    private static void updateStrategy(JsonNode strategy, FieldPath path, FieldErrors errors) {
        switch (text(strategy, "type")) {
            case "OnDelete" -> {}
            case "RollingUpdate" -> {
                JsonNode unavailable = strategy.path("rollingUpdate").path("maxUnavailable");
                JsonNode surge = strategy.path("rollingUpdate").path("maxSurge");
                FieldPath unavailablePath = path.child("rollingUpdate").child("maxUnavailable");
                FieldPath surgePath = path.child("rollingUpdate").child("maxSurge");
                WorkloadSpec.intOrPercent(unavailable, unavailablePath, errors);
                WorkloadSpec.intOrPercent(surge, surgePath, errors);
                WorkloadSpec.notMoreThanAll(unavailable, unavailablePath, errors);
                WorkloadSpec.notMoreThanAll(surge, surgePath, errors);
                boolean hasUnavailable = WorkloadSpec.amount(unavailable) != 0;
                boolean hasSurge = WorkloadSpec.amount(surge) != 0;
                if (hasUnavailable && hasSurge) {
                    errors.invalid(surgePath, surge, "may not be set when maxUnavailable is non-zero");
                } else if (!hasUnavailable && !hasSurge) {
                    errors.required(unavailablePath, "cannot be 0 when maxSurge is 0");
                }
            }
            default ->
                errors.notSupported(
                        path,
                        InternalForm.of("apps.DaemonSetUpdateStrategy", strategy),
                        List.of("RollingUpdate", "OnDelete"));
        }
    }

    @Override
    public void validateUpdate(ObjectNode updated, ObjectNode existing, FieldErrors errors) {
        WorkloadSpec.sameSelector(updated, existing, SPEC, errors);
        validate(updated, errors);
    }

    @Override
    public void validateStatusUpdate(ObjectNode updated, ObjectNode existing, FieldErrors errors) {
        WorkloadSpec.nonNegative(
                updated.path("status"),
                STATUS,
                errors,
                "currentNumberScheduled",
                "numberMisscheduled",
                "desiredNumberScheduled",
                "numberReady",
                "observedGeneration",
                "updatedNumberScheduled",
                "numberAvailable",
                "numberUnavailable",
                "collisionCount");
        WorkloadSpec.collisionCount(updated, existing, errors);
    }
}
