package io.kybern.apiserver.registry.node;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.field.FieldPath;
import io.kybern.crd.label.LabelSelectors;
import io.kybern.crd.name.Names;
import io.kybern.crd.resource.Columns;
import io.kybern.crd.resource.FieldRules;
import io.kybern.crd.resource.MetadataRules;
import io.kybern.crd.resource.Strategy;
import io.kybern.crd.resource.TableColumn;
import io.kybern.crd.resource.Trees;
import java.util.List;

/** RuntimeClasses. */
public final class RuntimeClassStrategy implements Strategy {
    private static final FieldPath HANDLER = FieldPath.of("handler");

    @Override
    public MetadataRules metadataRules(String subresource) {
        return MetadataRules.WHOLE_AND_CHANGE;
    }

    @Override
    public void validate(ObjectNode object, FieldErrors errors) {
        String handler = Trees.text(object, "handler");
        if (handler.isEmpty()) {
            errors.required(HANDLER, "");
        } else {
            errors.invalidEach(HANDLER, handler, Names.dnsLabel(handler));
        }
        JsonNode selector = object.path("scheduling").path("nodeSelector");
        LabelSelectors.validateLabels(selector, FieldPath.of("scheduling", "nodeSelector"), errors);
    }

    @Override
    public void validateUpdate(ObjectNode updated, ObjectNode existing, FieldErrors errors) {
        FieldRules.immutable(HANDLER, updated.path("handler"), existing.path("handler"), errors);
    }

    @Override
    public boolean allowsCreateOnUpdate() {
        return true;
    }

    @Override
    public boolean allowsUnconditionalUpdate() {
        return false;
    }

    @Override
    public List<TableColumn> tableColumns() {
        return List.of(Columns.NAME, Columns.string("Handler", 0, o -> Trees.text(o, "handler")), Columns.AGE);
    }
}
