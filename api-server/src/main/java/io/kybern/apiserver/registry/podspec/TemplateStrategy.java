package io.kybern.apiserver.registry.podspec;

import static io.kybern.crd.resource.Trees.at;
import static io.kybern.crd.resource.Trees.same;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.crd.resource.RequestContext;
import io.kybern.crd.resource.Strategy;
import io.kybern.crd.resource.TableColumn;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** What is the same for all kinds that make pods from {@code spec.template}. */
public abstract class TemplateStrategy implements Strategy {
    /** Whether the names of the pods begin with the object's, so that it is a good idea to choose one that hosts can have. */
    public enum PodNames {
        FROM_OWNER,
        OTHER
    }

    private final PodNames names;
    private final List<TableColumn> columns;

    protected TemplateStrategy(PodNames names, List<TableColumn> columns) {
        this.names = names;
        this.columns = columns;
    }

    @Override
    public final boolean hasStatus() {
        return true;
    }

    @Override
    public void prepareForCreate(ObjectNode object, RequestContext context) {
        Strategy.super.prepareForCreate(object, context);
        DisabledFields.drop(podSpec(object), MissingNode.getInstance());
    }

    @Override
    public void prepareForUpdate(ObjectNode updated, ObjectNode existing, RequestContext context) {
        Strategy.super.prepareForUpdate(updated, existing, context);
        if (context.subresource().isEmpty()) {
            DisabledFields.drop(podSpec(updated), podSpec(existing));
        }
    }

    private static JsonNode podSpec(ObjectNode object) {
        return at(object, "spec", "template", "spec");
    }

    @Override
    public List<String> warnings(ObjectNode object) {
        List<String> warnings =
                new ArrayList<>(names == PodNames.FROM_OWNER ? PodWarnings.ofOwnerName(object) : List.of());
        warnings.addAll(PodWarnings.ofTemplate(at(object, "spec", "template"), "spec.template"));
        return warnings;
    }

    @Override
    public List<String> updateWarnings(ObjectNode updated, ObjectNode existing) {
        return same(updated.path("spec"), existing.path("spec"))
                ? List.of()
                : PodWarnings.ofTemplate(at(updated, "spec", "template"), "spec.template");
    }

    @Override
    public Set<String> generationFields() {
        return Set.of("spec");
    }

    @Override
    public final List<TableColumn> tableColumns() {
        return columns;
    }
}
