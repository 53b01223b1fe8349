package io.kybern.crd.definition;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.crd.cel.rule.RuleChecks;
import io.kybern.crd.field.FieldError;
import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.field.FieldPath;
import io.kybern.crd.schema.Schemas;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What the schema of a custom kind may say, in the order in which the original complains. {@link SchemaWalk} finds out.
 *
 * <p>Source: {@code ValidateCustomResourceDefinitionOpenAPISchema}.
 */
final class SchemaRules {
    private static final Set<String> AT_ROOT_WITH_STATUS = Set.of(
            "description",
            "type",
            "format",
            "title",
            "maximum",
            "exclusiveMaximum",
            "minimum",
            "exclusiveMinimum",
            "maxLength",
            "minLength",
            "pattern",
            "maxItems",
            "minItems",
            "uniqueItems",
            "multipleOf",
            "required",
            "items",
            "properties",
            "externalDocs",
            "example",
            "x-kubernetes-preserve-unknown-fields",
            "x-kubernetes-validations");

    private SchemaRules() {}

    /**
     * Also warns of formats that nobody knows.
     *
     * @param path of the object that holds the schema: {@code spec.validation}
     * @param unchanged whether the schema was accepted as it is
     */
    static void validate(JsonNode schema, FieldPath path, boolean status, boolean unchanged, FieldErrors errors) {
        if (!(schema instanceof ObjectNode root)) {
            return;
        }
        FieldPath at = path.child("openAPIV3Schema");
        if (status) {
            rootWithStatus(root, at, errors);
        }
        if (root.path("nullable").asBoolean()) {
            errors.forbidden(path.child("openAPIV3Schema.nullable"), "nullable cannot be true at the root");
        }
        SchemaNode node = SchemaNode.root(root, at);
        SchemaWalk walk = SchemaWalk.over(node);
        boolean structural = !walk.hasUnsupported() && isStructural(node, walk, errors);
        walk.errors().list().forEach(errors::add);
        if (structural) {
            rules(walk.withRules(), at, unchanged, errors);
        }
        walk.unknownFormats().stream()
                .filter(warning -> !errors.warnings().contains(warning)) // of another version
                .forEach(errors::warn);
    }

    /** Tells what is not. */
    private static boolean isStructural(SchemaNode root, SchemaWalk walk, FieldErrors errors) {
        FieldErrors structural = walk.structuralErrors();
        RestrictedFields.check(root, structural);
        if (structural.isEmpty()) {
            int before = errors.size();
            walk.withDefault().forEach(node -> DefaultRules.check(node, errors));
            return errors.size() == before;
        }
        List<FieldError> sorted = new ArrayList<>(structural.list()); // as the original sorts them
        sorted.sort(Comparator.comparing(FieldError::toString));
        sorted.forEach(errors::add);
        return false;
    }

    private static void rules(List<SchemaNode> nodes, FieldPath at, boolean unchanged, FieldErrors errors) {
        RuleChecks rules = new RuleChecks(errors, unchanged);
        for (SchemaNode node : nodes) {
            if (node.schema() instanceof ObjectNode schema) {
                rules.check(Schemas.parseSingle(schema), node.path(), node.place());
            }
        }
        rules.checkTotal(at);
    }

    private static void rootWithStatus(ObjectNode root, FieldPath at, FieldErrors errors) {
        for (Map.Entry<String, JsonNode> e : root.properties()) {
            if (e.getKey().equals("type") && !e.getValue().asText().equals("object")) {
                errors.invalid(
                        at.child("type"),
                        e.getValue(),
                        "only \"object\" is allowed as the type at the root of the schema if the status subresource is"
                                + " enabled");
                return;
            }
            if (!AT_ROOT_WITH_STATUS.contains(e.getKey()) && !e.getKey().equals("nullable")) {
                errors.invalid(
                        at,
                        root,
                        "only " + AT_ROOT_WITH_STATUS + " fields are allowed at the root of the schema if the status"
                                + " subresource is enabled");
                return;
            }
        }
    }
}
