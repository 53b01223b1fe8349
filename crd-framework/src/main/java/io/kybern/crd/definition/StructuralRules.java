package io.kybern.crd.definition;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.re2j.PatternSyntaxException;
import io.kybern.crd.field.FieldError;
import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.field.FieldPath;
import io.kybern.crd.schema.Patterns;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * What makes a schema structural: every field has its type in one place, and {@code allOf}, {@code anyOf}, {@code oneOf}
 * and {@code not} only restrict values of fields that are declared outside them.
 *
 * <p>Source: {@code apiextensions-apiserver/pkg/apiserver/schema/validation.go}, {@code complete.go}.
 */
final class StructuralRules {
    private enum Level {
        ROOT("must not be empty at the root"),
        ITEM("must not be empty for specified array items"),
        FIELD("must not be empty for specified object fields");

        private final String untyped;

        Level(String untyped) {
            this.untyped = untyped;
        }
    }

    private static final List<String> ALTERNATIVES = List.of("anyOf", "allOf", "oneOf");
    private static final List<String> MUST_BE_EMPTY = List.of("type", "title", "description");
    private static final List<String> MUST_BE_FALSE = List.of(
            "nullable",
            "x-kubernetes-preserve-unknown-fields",
            "x-kubernetes-embedded-resource",
            "x-kubernetes-int-or-string");

    /** Instructions that all patterns of a schema may compile to, about; the original has no limit, and no memory left. */
    private static final long MAX_PATTERNS = 1_000_000;

    private final FieldErrors errors = new FieldErrors();
    private long patterns;
    private boolean tooManyPatterns;

    private StructuralRules() {}

    /** The complaints, sorted as the original sorts them. */
    static FieldErrors errors(ObjectNode schema, FieldPath path) {
        StructuralRules rules = new StructuralRules();
        rules.node(schema, Level.ROOT, path);
        rules.complete(schema, schema, path, path);
        List<FieldError> sorted = new ArrayList<>(rules.errors.list());
        sorted.sort(Comparator.comparing(FieldError::toString));
        FieldErrors all = new FieldErrors();
        sorted.forEach(all::add);
        return all;
    }

    private static boolean flag(JsonNode schema, String field) {
        return schema.path(field).asBoolean();
    }

    private void node(JsonNode schema, Level level, FieldPath path) {
        String type = schema.path("type").asText("");
        if (type.equals("array") && !schema.has("items")) {
            errors.required(path.child("items"), "must be specified");
        }
        JsonNode items = schema.path("items");
        if (items.isObject()) {
            below(items, Level.ITEM, path.child("items"));
        }
        JsonNode properties = schema.path("properties");
        if (!properties.isEmpty()) {
            FieldPath at = path.child("properties");
            for (Map.Entry<String, JsonNode> e : properties.properties()) {
                if (!PlainSchema.is(e.getValue())) {
                    node(e.getValue(), Level.FIELD, at.key(e.getKey()));
                }
            }
        }
        JsonNode additional = schema.path("additionalProperties");
        if (!additional.isMissingNode() && level == Level.ROOT) {
            errors.forbidden(path.child("additionalProperties"), "must not be used at the root");
        }
        if (additional.isObject()) {
            below(additional, Level.FIELD, path.child("additionalProperties"));
        }
        boolean embedded = flag(schema, "x-kubernetes-embedded-resource");
        if (flag(schema, "x-kubernetes-int-or-string")) {
            String detail = "must be false if x-kubernetes-int-or-string is true";
            if (flag(schema, "x-kubernetes-preserve-unknown-fields")) {
                errors.invalid(path.child("x-kubernetes-preserve-unknown-fields"), true, detail);
            }
            if (embedded) {
                errors.invalid(path.child("x-kubernetes-embedded-resource"), true, detail);
            }
        }
        boolean anyOf = isIntOrString(schema.path("anyOf"));
        boolean allOf = isIntOrString(schema.path("allOf").path(0).path("anyOf"));
        alternatives(schema, anyOf, allOf, path);
        type(schema, type, embedded, level, path);
        metadata(schema, level == Level.ROOT || embedded, level, path);
        if (embedded
                && !flag(schema, "x-kubernetes-preserve-unknown-fields")
                && schema.path("properties").isEmpty()) {
            errors.required(
                    path.child("properties"),
                    "must not be empty if x-kubernetes-embedded-resource is true without"
                            + " x-kubernetes-preserve-unknown-fields");
        }
    }

    private void below(JsonNode schema, Level level, FieldPath path) {
        if (!PlainSchema.is(schema)) {
            node(schema, level, path);
        }
    }

    private void type(JsonNode schema, String type, boolean embedded, Level level, FieldPath path) {
        if (embedded && !type.equals("object")) {
            String detail = "must be object if x-kubernetes-embedded-resource is true";
            if (type.isEmpty()) {
                errors.required(path.child("type"), detail);
            } else {
                errors.invalid(path.child("type"), type, detail);
            }
        } else if (type.isEmpty()
                && !flag(schema, "x-kubernetes-int-or-string")
                && !flag(schema, "x-kubernetes-preserve-unknown-fields")) {
            errors.required(path.child("type"), level.untyped);
        }
        if (embedded && schema.has("additionalProperties")) {
            errors.forbidden(
                    path.child("additionalProperties"), "must not be used if x-kubernetes-embedded-resource is set");
        }
        if (level == Level.ROOT && !type.isEmpty() && !type.equals("object")) {
            errors.invalid(path.child("type"), type, "must be object at the root");
        }
    }

    private void metadata(JsonNode schema, boolean resource, Level level, FieldPath path) {
        JsonNode properties = schema.path("properties");
        if (resource) {
            for (String field : List.of("kind", "apiVersion")) {
                JsonNode type = properties.path(field).path("type");
                if (properties.has(field) && !type.asText("").equals("string")) {
                    errors.invalid(
                            path.child("properties").key(field).child("type"), type.asText(""), "must be string");
                }
            }
        }
        JsonNode metadata = properties.path("metadata");
        if (metadata.isMissingNode()) {
            return;
        }
        FieldPath at = path.child("properties").key("metadata");
        if (resource && !metadata.path("type").asText("").equals("object")) {
            errors.invalid(at.child("type"), metadata.path("type").asText(""), "must be object");
        }
        if (level == Level.ROOT) {
            boolean other = metadata.propertyStream()
                    .map(Map.Entry::getKey)
                    .anyMatch(f -> !List.of("type", "properties", "default").contains(f));
            boolean otherField = metadata.path("properties")
                    .propertyStream()
                    .map(Map.Entry::getKey)
                    .anyMatch(f -> !List.of("name", "generateName").contains(f));
            if (other || otherField) {
                errors.forbidden(
                        at,
                        "must not specify anything other than name and generateName, but metadata is implicitly"
                                + " specified");
            }
        }
    }

    /** {@code [{type: integer}, {type: string}]} in this order, the one use of types within alternatives. */
    private static boolean isIntOrString(JsonNode anyOf) {
        return anyOf.size() == 2 && isType(anyOf.get(0), "integer") && isType(anyOf.get(1), "string");
    }

    private static boolean isType(JsonNode schema, String type) {
        return schema.size() == 1 && schema.path("type").asText("").equals(type);
    }

    private void alternatives(JsonNode schema, boolean skipAnyOf, boolean skipFirstAllOf, FieldPath path) {
        for (String field : ALTERNATIVES) {
            if (field.equals("anyOf") && skipAnyOf) {
                continue;
            }
            for (int i = 0; i < schema.path(field).size(); i++) {
                boolean skip = field.equals("allOf") && i == 0 && skipFirstAllOf;
                nested(schema.path(field).get(i), skip, path.child(field).index(i));
            }
        }
        if (schema.path("not").isObject()) {
            nested(schema.path("not"), false, path.child("not"));
        }
        String pattern = schema.path("pattern").asText("");
        if (pattern.isEmpty()) {
            return;
        }
        try {
            patterns += Patterns.size(pattern);
            if (patterns <= MAX_PATTERNS) {
                Patterns.compile(pattern);
            } else if (!tooManyPatterns) {
                tooManyPatterns = true;
                errors.forbidden(path.child("pattern"), "the patterns of the schema are too large together");
            }
        } catch (PatternSyntaxException e) {
            errors.invalid(
                    path.child("pattern"), pattern, "must be a valid regular expression, but isn't: " + e.getMessage());
        }
    }

    /** A schema within an alternative: it may restrict values, but say nothing of structure. */
    private void nested(JsonNode schema, boolean skipAnyOf, FieldPath path) {
        alternatives(schema, skipAnyOf, false, path);
        if (schema.path("items").isObject()) {
            nested(schema.path("items"), false, path.child("items"));
        }
        for (Map.Entry<String, JsonNode> e : schema.path("properties").properties()) {
            nested(e.getValue(), false, path.child("properties").key(e.getKey()));
        }
        for (String field : MUST_BE_EMPTY) {
            if (!schema.path(field).asText("").isEmpty()) {
                errors.forbidden(path.child(field), "must be empty to be structural");
            }
        }
        for (String field :
                List.of("additionalProperties", "default", "x-kubernetes-list-type", "x-kubernetes-map-type")) {
            if (schema.hasNonNull(field)) {
                errors.forbidden(path.child(field), "must be undefined to be structural");
            }
        }
        for (String field : MUST_BE_FALSE) {
            if (flag(schema, field)) {
                errors.forbidden(path.child(field), "must be false to be structural");
            }
        }
        for (String field : List.of("x-kubernetes-list-map-keys", "x-kubernetes-validations")) {
            if (!schema.path(field).isEmpty()) {
                errors.forbidden(path.child(field), "must be empty to be structural");
            }
        }
        if (schema.path("properties").has("metadata")) {
            errors.forbidden(path.child("properties").key("metadata"), "must not be specified in a nested context");
        }
    }

    /** Whatever an alternative restricts must be declared outside it. */
    private void complete(JsonNode value, JsonNode structure, FieldPath structurePath, FieldPath valuePath) {
        if (value.path("not").isObject()) {
            nestedComplete(value.path("not"), structure, structurePath, valuePath.child("not"));
        }
        for (String field : List.of("allOf", "anyOf", "oneOf")) {
            for (int i = 0; i < value.path(field).size(); i++) {
                nestedComplete(
                        value.path(field).get(i),
                        structure,
                        structurePath,
                        valuePath.child(field).index(i));
            }
        }
    }

    private void nestedComplete(JsonNode value, JsonNode structure, FieldPath structurePath, FieldPath valuePath) {
        complete(value, structure, structurePath, valuePath);
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
            nestedComplete(value, structure, structurePath, valuePath);
        }
    }
}
