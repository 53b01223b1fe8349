package io.kybern.apiserver.registry.core;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.field.FieldPath;
import io.kybern.crd.resource.Trees;
import java.util.List;

/** ConfigMaps and Secrets marked {@code immutable} keep the mark and their data. */
final class Immutable {
    private static final String COMPLAINT = "field is immutable when `immutable` is set";

    private Immutable() {}

    static void keep(ObjectNode updated, ObjectNode existing, List<String> fields, FieldErrors errors) {
        if (!existing.path("immutable").asBoolean()) {
            return;
        }
        if (!updated.path("immutable").asBoolean()) {
            errors.forbidden(FieldPath.of("immutable"), COMPLAINT);
        }
        for (String field : fields) {
            if (!Trees.same(updated.path(field), existing.path(field))) {
                errors.forbidden(FieldPath.of(field), COMPLAINT);
            }
        }
    }
}
