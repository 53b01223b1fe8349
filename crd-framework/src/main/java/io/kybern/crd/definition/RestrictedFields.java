package io.kybern.crd.definition;

import com.fasterxml.jackson.databind.JsonNode;
import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.field.FieldPath;
import java.util.List;
import java.util.Map;

/**
 * Whatever an alternative at the root of a schema restricts must be declared outside it.
 *
 * <p>Source: {@code apiextensions-apiserver/pkg/apiserver/schema/complete.go}.
 */
final class RestrictedFields {
    private final FieldErrors errors;

    private RestrictedFields(FieldErrors errors) {
        this.errors = errors;
    }

    static void check(SchemaNode root, FieldErrors errors) {
        new RestrictedFields(errors).alternatives(root.schema(), root.schema(), root.path(), root.path());
    }

    private void alternatives(JsonNode value, JsonNode structure, FieldPath structurePath, FieldPath valuePath) {
        if (value.path("not").isObject()) {
            restriction(value.path("not"), structure, structurePath, valuePath.child("not"));
        }
        for (String field : List.of("allOf", "anyOf", "oneOf")) {
            int i = 0;
            for (JsonNode alternative : value.path(field)) {
                restriction(
                        alternative,
                        structure,
                        structurePath,
                        valuePath.child(field).index(i));
                i++;
            }
        }
    }

    private void restriction(JsonNode value, JsonNode structure, FieldPath structurePath, FieldPath valuePath) {
        alternatives(value, structure, structurePath, valuePath);
        if (value.path("items").isObject()) {
            declared(
                    value.path("items"),
                    structure.path("items"),
                    structurePath.child("items"),
                    valuePath.child("items"));
        }
        for (Map.Entry<String, JsonNode> e : value.path("properties").properties()) {
            declared(
                    e.getValue(),
                    structure.path("properties").path(e.getKey()),
                    structurePath.child("properties").key(e.getKey()),
                    valuePath.child("properties").key(e.getKey()));
        }
    }

    private void declared(JsonNode value, JsonNode structure, FieldPath structurePath, FieldPath valuePath) {
        if (structure.isMissingNode()) {
            errors.required(structurePath, "because it is defined in " + valuePath);
        } else {
            restriction(value, structure, structurePath, valuePath);
        }
    }
}
