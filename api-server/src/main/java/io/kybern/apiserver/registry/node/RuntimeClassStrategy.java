package io.kybern.apiserver.registry.node;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.registry.goform.InternalForm;
import io.kybern.apiserver.registry.podspec.AffinityValidation;
import io.kybern.apiserver.registry.podspec.ResourceValidation;
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
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** RuntimeClasses. */
public final class RuntimeClassStrategy implements Strategy {
    private static final FieldPath HANDLER = FieldPath.of("handler");

    @Override
    public MetadataRules metadataRules(String subresource) {
        return MetadataRules.WHOLE_AND_CHANGE.withAnyFinalizer();
    }

    @Override
    public void validate(ObjectNode object, FieldErrors errors) {
        String handler = Trees.text(object, "handler");
        if (handler.isEmpty()) {
            errors.required(HANDLER, "");
        } else {
            errors.invalidEach(HANDLER, handler, Names.dnsLabel(handler));
        }
        ResourceValidation.overhead(object.path("overhead").path("podFixed"), FieldPath.of("overhead"), errors);
        JsonNode scheduling = object.path("scheduling");
        FieldPath path = FieldPath.of("scheduling");
        LabelSelectors.validateLabels(scheduling.path("nodeSelector"), path.child("nodeSelector"), errors);
        tolerations(scheduling.path("tolerations"), path.child("tolerations"), errors);
    }

    private static void tolerations(JsonNode tolerations, FieldPath path, FieldErrors errors) {
        AffinityValidation.tolerations(tolerations, path, errors);
        Set<List<String>> seen = new HashSet<>();
        for (int i = 0; i < tolerations.size(); i++) {
            JsonNode toleration = tolerations.get(i);
            List<String> key = Stream.of("key", "operator", "value", "effect")
                    .map(field -> Trees.text(toleration, field))
                    .toList();
            if (!seen.add(key)) {
                errors.duplicate(path.index(i), InternalForm.of("core.Toleration", toleration));
            }
        }
    }

    @Override
    public void validateUpdate(ObjectNode updated, ObjectNode existing, FieldErrors errors) {
        validate(updated, errors);
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
