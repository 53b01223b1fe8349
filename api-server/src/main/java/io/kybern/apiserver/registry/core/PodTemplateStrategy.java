package io.kybern.apiserver.registry.core;

import static io.kybern.crd.resource.Trees.at;
import static io.kybern.crd.resource.Trees.object;

import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.registry.podspec.DisabledFields;
import io.kybern.apiserver.registry.podspec.PodSpecDefaults;
import io.kybern.apiserver.registry.podspec.PodTemplateValidation;
import io.kybern.apiserver.registry.podspec.PodWarnings;
import io.kybern.apiserver.registry.table.WorkloadColumns;
import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.field.FieldPath;
import io.kybern.crd.label.LabelSelectors;
import io.kybern.crd.resource.Columns;
import io.kybern.crd.resource.RequestContext;
import io.kybern.crd.resource.Strategy;
import io.kybern.crd.resource.TableColumn;
import java.util.List;
import java.util.Set;

/** PodTemplates. Source: {@code pkg/registry/core/podtemplate/strategy.go}. */
public final class PodTemplateStrategy implements Strategy {
    private static final List<TableColumn> COLUMNS = List.of(
            Columns.NAME,
            Columns.string("Containers", 0, o -> WorkloadColumns.join(at(o, "template", "spec", "containers"), "name")),
            Columns.string("Images", 0, o -> WorkloadColumns.join(at(o, "template", "spec", "containers"), "image")),
            Columns.string("Pod Labels", 0, o -> LabelSelectors.formatLabels(at(o, "template", "metadata", "labels"))));

    @Override
    public void applyDefaults(ObjectNode template) {
        PodSpecDefaults.template(object(template, "template"));
    }

    @Override
    public void prepareForCreate(ObjectNode template, RequestContext context) {
        DisabledFields.drop(at(template, "template", "spec"), MissingNode.getInstance());
    }

    @Override
    public void prepareForUpdate(ObjectNode updated, ObjectNode existing, RequestContext context) {
        DisabledFields.drop(at(updated, "template", "spec"), at(existing, "template", "spec"));
    }

    @Override
    public void validate(ObjectNode template, FieldErrors errors) {
        PodTemplateValidation.validate(template.path("template"), FieldPath.of("template"), errors);
    }

    @Override
    public List<String> warnings(ObjectNode template) {
        return PodWarnings.ofTemplate(template.path("template"), "template");
    }

    @Override
    public Set<String> generationFields() {
        return Set.of("template");
    }

    @Override
    public boolean returnsDeletedObject() {
        return true;
    }

    @Override
    public List<TableColumn> tableColumns() {
        return COLUMNS;
    }
}
