package io.kybern.crd.definition;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.crd.cel.rule.FieldPaths;
import io.kybern.crd.cel.rule.RuleChecks;
import io.kybern.crd.cel.rule.RuleChecks.Place;
import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.field.FieldPath;
import io.kybern.crd.schema.Schemas;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What the schema of a custom kind may say: the rules that hold of every node of it. Those of its structure are in
 * {@link StructuralRules}, those of its defaults in {@link DefaultRules}.
 *
 * <p>Source: {@code ValidateCustomResourceDefinitionOpenAPISchema}.
 */
final class SchemaRules {
    private static final List<String> TYPES = List.of("array", "boolean", "integer", "number", "object", "string");
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
    private static final List<String> REASONS =
            List.of("FieldValueDuplicate", "FieldValueForbidden", "FieldValueInvalid", "FieldValueRequired");
    private static final Set<String> META = Set.of("apiVersion", "kind", "metadata");

    private final FieldErrors errors;
    private final RuleChecks rules;

    private SchemaRules(FieldErrors errors, RuleChecks rules) {
        this.errors = errors;
        this.rules = rules;
    }

    /**
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
        boolean structural = false;
        if (!hasUnsupported(root)) {
            int before = errors.size();
            StructuralRules.errors(root, at).list().forEach(errors::add);
            if (errors.size() == before) {
                DefaultRules.validate(root, at, errors);
            }
            structural = errors.size() == before;
        }
        FieldErrors ofRules = new FieldErrors();
        RuleChecks rules = new RuleChecks(ofRules, unchanged);
        Optional<Place> place = structural ? Optional.of(Place.ROOT) : Optional.empty();
        new SchemaRules(errors, rules).node(root, at, Context.ROOT, place);
        rules.checkTotal(at);
        ofRules.list().forEach(errors::add);
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

    /** Constructs of OpenAPI that no structural schema can be made of. */
    private static boolean hasUnsupported(JsonNode schema) {
        if (schema.isArray() || (schema.isObject() && unsupportedHere(schema))) {
            return true;
        }
        for (JsonNode property : schema.path("properties")) {
            if (hasUnsupported(property)) {
                return true;
            }
        }
        for (String field : List.of("items", "additionalProperties", "not")) {
            if (schema.path(field).isContainerNode() && hasUnsupported(schema.path(field))) {
                return true;
            }
        }
        for (String field : List.of("allOf", "anyOf", "oneOf")) {
            for (JsonNode each : schema.path(field)) {
                if (hasUnsupported(each)) {
                    return true;
                }
            }
        }
        return false;
    }

    private static boolean unsupportedHere(JsonNode schema) {
        return schema.has("$ref")
                || schema.has("id")
                || schema.has("additionalItems")
                || schema.has("patternProperties")
                || schema.has("definitions")
                || schema.has("dependencies")
                || (schema.has("x-kubernetes-preserve-unknown-fields")
                        && !schema.path("x-kubernetes-preserve-unknown-fields").asBoolean());
    }

    /**
     * Where in the schema a node stands.
     *
     * @param forbidsDefaults why no default may be here; empty: it may
     */
    private record Context(boolean root, boolean insideMeta, String forbidsDefaults) {
        static final Context ROOT = new Context(true, false, "");

        Context inside() {
            return new Context(false, insideMeta, forbidsDefaults);
        }

        Context property(String name, boolean resource) {
            if (!resource || !META.contains(name)) {
                return inside();
            }
            return new Context(false, true, root ? "in top-level " + name : forbidsDefaults);
        }
    }

    /** @param place for the rules in it; empty: they are not looked at */
    private void node(JsonNode schema, FieldPath path, Context context, Optional<Place> place) {
        if (!schema.isObject()) {
            return;
        }
        int before = errors.size();
        standard(schema, path, context);
        if (schema.path("uniqueItems").asBoolean()) {
            errors.forbidden(
                    path.child("uniqueItems"),
                    "uniqueItems cannot be set to true since the runtime complexity becomes quadratic");
        }
        JsonNode additional = schema.path("additionalProperties");
        if (!additional.isMissingNode()) {
            if (!schema.path("properties").isEmpty() && !(additional.isBoolean() && additional.booleanValue())) {
                errors.forbidden(
                        path.child("additionalProperties"), "additionalProperties and properties are mutual exclusive");
            }
            Context below = context.insideMeta()
                    ? new Context(false, true, "inside additionalProperties applying to object metadata")
                    : context.inside();
            boolean embedded = isEmbedded(additional);
            node(
                    additional,
                    path.child("additionalProperties"),
                    below,
                    place.map(p -> p.within(schema, path, true, embedded)));
        }
        boolean resource =
                context.root() || schema.path("x-kubernetes-embedded-resource").asBoolean();
        for (Map.Entry<String, JsonNode> e : schema.path("properties").properties()) {
            boolean correlates = !schema.has("x-kubernetes-map-type")
                    || List.of("granular", "atomic")
                            .contains(schema.path("x-kubernetes-map-type").asText());
            node(
                    e.getValue(),
                    path.child("properties").key(e.getKey()),
                    context.property(e.getKey(), resource),
                    place.map(p -> p.within(schema, path, correlates, isEmbedded(e.getValue()))));
        }
        node(schema.path("not"), path.child("not"), context.inside(), Optional.empty());
        for (String field : List.of("allOf", "oneOf", "anyOf")) {
            for (int i = 0; i < schema.path(field).size(); i++) {
                node(schema.path(field).get(i), path.child(field).index(i), context.inside(), Optional.empty());
            }
        }
        boolean keyed = schema.path("x-kubernetes-list-type").asText("").equals("map");
        node(
                schema.path("items"),
                path.child("items"),
                context.inside(),
                place.map(p -> p.within(schema, path, keyed, isEmbedded(schema.path("items")))));
        extensions(schema, path);
        rules(schema, path);
        if (errors.size() == before
                && !schema.path("x-kubernetes-validations").isEmpty()
                && schema instanceof ObjectNode object) {
            place.ifPresent(p -> rules.check(Schemas.parseSingle(object), path, p));
        }
    }

    private static boolean isEmbedded(JsonNode schema) {
        return schema.path("x-kubernetes-embedded-resource").asBoolean();
    }

    private void standard(JsonNode schema, FieldPath path, Context context) {
        JsonNode type = schema.path("type");
        if (!type.asText("").isEmpty() && !TYPES.contains(type.asText())) {
            errors.notSupported(path.child("type"), type, TYPES);
        }
        if (schema.hasNonNull("default") && !context.forbidsDefaults().isEmpty()) {
            errors.forbidden(path.child("default"), "must not be set " + context.forbidsDefaults());
        }
        for (String field :
                List.of("id", "additionalItems", "patternProperties", "definitions", "dependencies", "$ref")) {
            if (schema.has(field)) {
                errors.forbidden(path.child(field), field + " is not supported");
            }
        }
        if (type.asText("").equals("null")) {
            errors.forbidden(path.child("type"), "type cannot be set to null, use nullable as an alternative");
        }
        if (schema.path("items").isArray()) {
            errors.forbidden(path.child("items"), "items must be a schema object and not an array");
        }
        if (context.insideMeta()
                && schema.path("x-kubernetes-embedded-resource").asBoolean()) {
            errors.forbidden(path.child("x-kubernetes-embedded-resource"), "must not be used inside of resource meta");
        }
    }

    private void extensions(JsonNode schema, FieldPath path) {
        JsonNode preserve = schema.path("x-kubernetes-preserve-unknown-fields");
        if (preserve.isBoolean() && !preserve.booleanValue()) {
            errors.invalid(path.child("x-kubernetes-preserve-unknown-fields"), false, "must be true or undefined");
        }
        JsonNode mapType = schema.path("x-kubernetes-map-type");
        if (!mapType.isMissingNode()) {
            requireType(schema, path, "object", "must be object if x-kubernetes-map-type is specified");
            if (!List.of("atomic", "granular").contains(mapType.asText())) {
                errors.notSupported(path.child("x-kubernetes-map-type"), mapType, List.of("atomic", "granular"));
            }
        }
        JsonNode listType = schema.path("x-kubernetes-list-type");
        JsonNode items = schema.path("items");
        if (!listType.isMissingNode()) {
            boolean isArray =
                    requireType(schema, path, "array", "must be array if x-kubernetes-list-type is specified");
            if (isArray && listType.asText().equals("set")) {
                setItems(items, path.child("items"));
            }
            if (!List.of("atomic", "set", "map").contains(listType.asText())) {
                errors.notSupported(path.child("x-kubernetes-list-type"), listType, List.of("atomic", "set", "map"));
            }
        }
        listMap(schema, listType, items, path);
        if (items.isObject() && List.of("set", "map").contains(listType.asText())) {
            keyed(listType.asText(), schema, items, path.child("items"));
        }
    }

    private boolean requireType(JsonNode schema, FieldPath path, String type, String detail) {
        JsonNode actual = schema.path("type");
        if (actual.asText("").isEmpty()) {
            errors.required(path.child("type"), detail);
        } else if (!actual.asText().equals(type)) {
            errors.invalid(path.child("type"), actual, detail);
        } else {
            return true;
        }
        return false;
    }

    private void setItems(JsonNode items, FieldPath path) {
        String detail = "must be atomic as item of a list with x-kubernetes-list-type=set";
        JsonNode listType = items.path("x-kubernetes-list-type");
        if (items.path("type").asText().equals("array")
                && !listType.isMissingNode()
                && !listType.asText().equals("atomic")) {
            errors.invalid(path.child("x-kubernetes-list-type"), listType, detail);
        }
        if (items.path("type").asText().equals("object")
                && !items.path("x-kubernetes-map-type").asText().equals("atomic")) {
            // The original shows the list type here, too.
            errors.invalid(
                    path.child("x-kubernetes-map-type"),
                    listType.isMissingNode() ? NullNode.instance : listType,
                    detail);
        }
    }

    private void listMap(JsonNode schema, JsonNode listType, JsonNode items, FieldPath path) {
        JsonNode keys = schema.path("x-kubernetes-list-map-keys");
        boolean map = listType.asText("").equals("map");
        if (!keys.isEmpty() && !map) {
            String detail = "must be map if x-kubernetes-list-map-keys is non-empty";
            if (listType.isMissingNode()) {
                errors.required(path.child("x-kubernetes-list-type"), detail);
            } else {
                errors.invalid(path.child("x-kubernetes-list-type"), listType, detail);
            }
        }
        if (!map) {
            return;
        }
        FieldPath keysPath = path.child("x-kubernetes-list-map-keys");
        if (keys.isEmpty()) {
            errors.required(keysPath, "must not be empty if x-kubernetes-list-type is map");
        }
        if (items.isMissingNode()) {
            errors.required(path.child("items"), "must have a schema if x-kubernetes-list-type is map");
        } else if (items.isObject() && !items.path("type").asText("").equals("object")) {
            errors.invalid(
                    path.child("items").child("type"),
                    items.path("type").asText(""),
                    "must be object if parent array's x-kubernetes-list-type is map");
        } else if (items.isObject()) {
            Set<String> seen = new HashSet<>();
            for (JsonNode key : keys) {
                JsonNode property = items.path("properties").path(key.asText());
                if (property.isMissingNode()) {
                    errors.invalid(keysPath, keys, "entries must all be names of item properties");
                } else if (List.of("array", "object")
                        .contains(property.path("type").asText(""))) {
                    errors.invalid(
                            path.child("items")
                                    .child("properties")
                                    .key(key.asText())
                                    .child("type"),
                            items.path("type"),
                            "must be a scalar type if parent array's x-kubernetes-list-type is map");
                }
                if (!seen.add(key.asText())) {
                    errors.invalid(keysPath, keys, "must not contain duplicate entries");
                }
            }
        }
    }

    private void keyed(String listType, JsonNode schema, JsonNode items, FieldPath path) {
        if (items.path("nullable").asBoolean()) {
            errors.forbidden(path.child("nullable"), "cannot be nullable when x-kubernetes-list-type is " + listType);
        }
        if (!listType.equals("map")) {
            return;
        }
        Set<String> required = new HashSet<>();
        items.path("required").forEach(r -> required.add(r.asText()));
        for (JsonNode key : schema.path("x-kubernetes-list-map-keys")) {
            JsonNode property = items.path("properties").path(key.asText());
            FieldPath at = path.child("properties").key(key.asText());
            if (property.isObject() && !required.contains(key.asText()) && !property.hasNonNull("default")) {
                errors.required(
                        at.child("default"),
                        "this property is in x-kubernetes-list-map-keys, so it must have a default or be a required"
                                + " property");
            }
            if (property.path("nullable").asBoolean()) {
                errors.forbidden(
                        at.child("nullable"),
                        "this property is in x-kubernetes-list-map-keys, so it cannot be nullable");
            }
        }
    }

    /** The form of CEL rules; what they say is checked when all else is well. */
    private void rules(JsonNode schema, FieldPath path) {
        JsonNode rules = schema.path("x-kubernetes-validations");
        for (int i = 0; i < rules.size(); i++) {
            JsonNode rule = rules.get(i);
            FieldPath at = path.child("x-kubernetes-validations").index(i);
            String text = rule.path("rule").asText("").strip();
            String message = rule.path("message").asText("");
            if (text.isEmpty()) {
                errors.required(at.child("rule"), "rule is not specified");
            } else if (!message.isEmpty() && message.isBlank()) {
                errors.invalid(at.child("message"), message, "must be non-empty if specified");
            } else if (hasLineBreak(message.strip())) {
                errors.invalid(at.child("message"), message, "must not contain line breaks");
            } else if (hasLineBreak(text) && message.isBlank()) {
                errors.required(at.child("message"), "message must be specified if rule contains line breaks");
            }
            String expression = rule.path("messageExpression").asText("");
            if (!expression.isEmpty() && expression.isBlank()) {
                errors.required(at.child("messageExpression"), "messageExpression must be non-empty if specified");
            }
            JsonNode reason = rule.path("reason");
            if (reason.isTextual() && !REASONS.contains(reason.textValue())) {
                errors.notSupported(at.child("reason"), reason, REASONS);
            }
            fieldPath(rule.path("fieldPath").asText(""), schema, at.child("fieldPath"));
        }
    }

    private void fieldPath(String fieldPath, JsonNode schema, FieldPath at) {
        if (fieldPath.isEmpty()) {
            return;
        }
        if (fieldPath.isBlank()) {
            errors.invalid(at, fieldPath, "must be non-empty if specified");
        }
        if (hasLineBreak(fieldPath)) {
            errors.invalid(at, fieldPath, "must not contain line breaks");
        }
        if (!(schema instanceof ObjectNode object)
                || FieldPaths.resolve(fieldPath, Schemas.parseSingle(object)).isEmpty()) {
            errors.invalid(at, fieldPath, "must be a valid path");
        }
    }

    private static boolean hasLineBreak(String text) {
        return text.indexOf('\n') >= 0 || text.indexOf('\r') >= 0;
    }
}
