package io.kybern.crd.definition;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.crd.cel.rule.FieldPaths;
import io.kybern.crd.cel.rule.RuleChecks;
import io.kybern.crd.cel.rule.RuleChecks.Place;
import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.field.FieldPath;
import io.kybern.crd.schema.Schemas;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

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
    private static final List<String> UNSUPPORTED =
            List.of("id", "additionalItems", "patternProperties", "definitions", "dependencies", "$ref");
    private static final List<String> ALTERNATIVES = List.of("allOf", "oneOf", "anyOf");
    private static final List<String> INNER = List.of("items", "additionalProperties", "not");
    private static final Set<String> META = Set.of("apiVersion", "kind", "metadata");

    private final FieldErrors errors;
    private final RuleChecks rules;
    private final CollectionRules collections;

    private SchemaRules(FieldErrors errors, RuleChecks rules) {
        this.errors = errors;
        this.rules = rules;
        this.collections = new CollectionRules(errors);
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
        new SchemaRules(errors, rules).node(root, at, Context.ROOT, structural ? Place.ROOT : null);
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
        if (PlainSchema.is(schema)) {
            return false;
        }
        if (schema.isArray() || unsupportedHere(schema) || anyUnsupported(schema.path("properties"))) {
            return true;
        }
        for (String field : INNER) {
            JsonNode inner = schema.path(field);
            if (inner.isContainerNode() && hasUnsupported(inner)) {
                return true;
            }
        }
        for (String field : ALTERNATIVES) {
            if (anyUnsupported(schema.path(field))) {
                return true;
            }
        }
        return false;
    }

    private static boolean anyUnsupported(JsonNode schemas) {
        for (JsonNode schema : schemas) {
            if (hasUnsupported(schema)) {
                return true;
            }
        }
        return false;
    }

    private static boolean unsupportedHere(JsonNode schema) {
        for (String field : UNSUPPORTED) {
            if (schema.has(field)) {
                return true;
            }
        }
        JsonNode preserve = schema.path("x-kubernetes-preserve-unknown-fields");
        return !preserve.isMissingNode() && !preserve.asBoolean();
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

    /** @param place for the rules in it; null: they are not looked at */
    private void node(JsonNode schema, FieldPath path, Context context, @Nullable Place place) {
        if (!schema.isObject() || PlainSchema.is(schema)) {
            return;
        }
        int before = errors.size();
        standard(schema, path, context);
        if (schema.path("uniqueItems").asBoolean()) {
            errors.forbidden(
                    path.child("uniqueItems"),
                    "uniqueItems cannot be set to true since the runtime complexity becomes quadratic");
        }
        additional(schema, path, context, place);
        properties(schema, path, context, place);
        node(schema.path("not"), path.child("not"), context.inside(), null);
        for (String field : ALTERNATIVES) {
            for (int i = 0; i < schema.path(field).size(); i++) {
                node(schema.path(field).get(i), path.child(field).index(i), context.inside(), null);
            }
        }
        JsonNode items = schema.path("items");
        if (items.isObject()) {
            boolean keyed = schema.path("x-kubernetes-list-type").asText("").equals("map");
            node(items, path.child("items"), context.inside(), within(place, schema, path, keyed, items));
        }
        JsonNode preserve = schema.path("x-kubernetes-preserve-unknown-fields");
        if (preserve.isBoolean() && !preserve.booleanValue()) {
            errors.invalid(path.child("x-kubernetes-preserve-unknown-fields"), false, "must be true or undefined");
        }
        collections.check(schema, path);
        rules(schema, path);
        if (place != null
                && errors.size() == before
                && !schema.path("x-kubernetes-validations").isEmpty()
                && schema instanceof ObjectNode object) {
            rules.check(Schemas.parseSingle(object), path, place);
        }
    }

    private void additional(JsonNode schema, FieldPath path, Context context, @Nullable Place place) {
        JsonNode additional = schema.path("additionalProperties");
        if (additional.isMissingNode()) {
            return;
        }
        if (!schema.path("properties").isEmpty() && !(additional.isBoolean() && additional.booleanValue())) {
            errors.forbidden(
                    path.child("additionalProperties"), "additionalProperties and properties are mutual exclusive");
        }
        Context below = context.insideMeta()
                ? new Context(false, true, "inside additionalProperties applying to object metadata")
                : context.inside();
        node(additional, path.child("additionalProperties"), below, within(place, schema, path, true, additional));
    }

    private void properties(JsonNode schema, FieldPath path, Context context, @Nullable Place place) {
        JsonNode properties = schema.path("properties");
        if (properties.isEmpty()) {
            return;
        }
        boolean resource = context.root() || isEmbedded(schema);
        boolean correlates = !schema.has("x-kubernetes-map-type")
                || CollectionRules.MAP_TYPES.contains(
                        schema.path("x-kubernetes-map-type").asText());
        FieldPath at = path.child("properties");
        for (Map.Entry<String, JsonNode> e : properties.properties()) {
            if (!PlainSchema.is(e.getValue())) {
                node(
                        e.getValue(),
                        at.key(e.getKey()),
                        context.property(e.getKey(), resource),
                        within(place, schema, path, correlates, e.getValue()));
            }
        }
    }

    private static @Nullable Place within(
            @Nullable Place place, JsonNode schema, FieldPath path, boolean correlates, JsonNode child) {
        return place == null ? null : place.within(schema, path, correlates, isEmbedded(child));
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
        for (String field : UNSUPPORTED) {
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
        if (context.insideMeta() && isEmbedded(schema)) {
            errors.forbidden(path.child("x-kubernetes-embedded-resource"), "must not be used inside of resource meta");
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
