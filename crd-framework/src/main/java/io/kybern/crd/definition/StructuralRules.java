package io.kybern.crd.definition;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.re2j.PatternSyntaxException;
import io.kybern.crd.definition.SchemaNode.Part;
import io.kybern.crd.definition.SchemaNode.Position;
import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.field.FieldPath;
import io.kybern.crd.schema.Patterns;
import java.util.List;
import java.util.Map;

/**
 * What makes a schema structural: every field has its type in one place, and {@code allOf}, {@code anyOf}, {@code oneOf}
 * and {@code not} only restrict values of fields that are declared outside them ({@link RestrictedFields}).
 *
 * <p>Source: {@code apiextensions-apiserver/pkg/apiserver/schema/validation.go}.
 */
final class StructuralRules {
    private static final List<Keyword> MUST_BE_EMPTY = List.of(Keyword.TYPE, Keyword.TITLE, Keyword.DESCRIPTION);
    private static final List<Keyword> MUST_BE_UNDEFINED =
            List.of(Keyword.ADDITIONAL_PROPERTIES, Keyword.DEFAULT, Keyword.LIST_TYPE, Keyword.MAP_TYPE);
    private static final List<Keyword> MUST_BE_FALSE = List.of(
            Keyword.NULLABLE, Keyword.PRESERVE_UNKNOWN_FIELDS, Keyword.EMBEDDED_RESOURCE, Keyword.INT_OR_STRING);
    private static final List<Keyword> MUST_HAVE_NOTHING = List.of(Keyword.LIST_MAP_KEYS, Keyword.VALIDATIONS);

    /** Instructions that all patterns of a schema may compile to, about; the original has no limit, and no memory left. */
    private static final long MAX_PATTERNS = 1_000_000;

    private final FieldErrors errors = new FieldErrors();
    private long patterns;
    private boolean tooManyPatterns;

    FieldErrors errors() {
        return errors;
    }

    /** Whether {@code anyOf} is {@code [{type: integer}, {type: string}]} in this order, the one use of types within alternatives. */
    static boolean mayBeIntOrString(SchemaNode node) {
        if (node.part() != Part.STRUCTURE && node.part() != Part.FIRST_RESTRICTION) {
            return false;
        }
        JsonNode anyOf = node.get(Keyword.ANY_OF);
        return anyOf.size() == 2 && isType(anyOf.path(0), "integer") && isType(anyOf.path(1), "string");
    }

    private static boolean isType(JsonNode schema, String type) {
        return schema.size() == 1 && schema.path("type").asText("").equals(type);
    }

    void check(SchemaNode node) {
        if (node.part() == Part.OTHER) {
            return;
        }
        if (node.says(Keyword.PATTERN)) {
            pattern(node.text(Keyword.PATTERN), node.path(Keyword.PATTERN));
        }
        if (node.part() == Part.STRUCTURE) {
            structure(node);
        } else {
            restriction(node);
        }
    }

    private void pattern(String pattern, FieldPath path) {
        if (pattern.isEmpty()) {
            return;
        }
        try {
            patterns += Patterns.size(pattern);
            if (patterns <= MAX_PATTERNS) {
                Patterns.compile(pattern);
            } else if (!tooManyPatterns) {
                tooManyPatterns = true;
                errors.forbidden(path, "the patterns of the schema are too large together");
            }
        } catch (PatternSyntaxException e) {
            errors.invalid(path, pattern, "must be a valid regular expression, but isn't: " + e.getMessage());
        }
    }

    private void structure(SchemaNode node) {
        String type = node.type();
        if (type.equals("array") && !node.says(Keyword.ITEMS)) {
            errors.required(node.path(Keyword.ITEMS), "must be specified");
        }
        if (type.isEmpty()) {
            untyped(node);
        }
        if (node.isTrue(Keyword.INT_OR_STRING)) {
            intOrString(node);
        }
        if (node.isEmbedded()) {
            embedded(node, type);
        }
        if (node.isRoot()) {
            root(node, type);
        }
        if (node.says(Keyword.PROPERTIES) && (node.isRoot() || node.isEmbedded())) {
            ofResource(node.get(Keyword.PROPERTIES), node.path(Keyword.PROPERTIES));
        }
    }

    private void untyped(SchemaNode node) {
        if (!node.isEmbedded()
                && !node.isTrue(Keyword.INT_OR_STRING)
                && !node.isTrue(Keyword.PRESERVE_UNKNOWN_FIELDS)) {
            String where = node.isRoot()
                    ? "at the root"
                    : node.position() == Position.ITEMS ? "for specified array items" : "for specified object fields";
            errors.required(node.path(Keyword.TYPE), "must not be empty " + where);
        }
    }

    private void intOrString(SchemaNode node) {
        for (Keyword other : List.of(Keyword.PRESERVE_UNKNOWN_FIELDS, Keyword.EMBEDDED_RESOURCE)) {
            if (node.isTrue(other)) {
                errors.invalid(node.path(other), true, "must be false if x-kubernetes-int-or-string is true");
            }
        }
    }

    private void embedded(SchemaNode node, String type) {
        if (!type.equals("object")) {
            String detail = "must be object if x-kubernetes-embedded-resource is true";
            if (type.isEmpty()) {
                errors.required(node.path(Keyword.TYPE), detail);
            } else {
                errors.invalid(node.path(Keyword.TYPE), type, detail);
            }
        }
        if (node.says(Keyword.ADDITIONAL_PROPERTIES)) {
            errors.forbidden(
                    node.path(Keyword.ADDITIONAL_PROPERTIES),
                    "must not be used if x-kubernetes-embedded-resource is set");
        }
        if (!node.isTrue(Keyword.PRESERVE_UNKNOWN_FIELDS)
                && node.get(Keyword.PROPERTIES).isEmpty()) {
            errors.required(
                    node.path(Keyword.PROPERTIES),
                    "must not be empty if x-kubernetes-embedded-resource is true without"
                            + " x-kubernetes-preserve-unknown-fields");
        }
    }

    private void root(SchemaNode node, String type) {
        if (node.says(Keyword.ADDITIONAL_PROPERTIES)) {
            errors.forbidden(node.path(Keyword.ADDITIONAL_PROPERTIES), "must not be used at the root");
        }
        if (!type.isEmpty() && !type.equals("object")) {
            errors.invalid(node.path(Keyword.TYPE), type, "must be object at the root");
        }
        JsonNode metadata = node.get(Keyword.PROPERTIES).path("metadata");
        if (saysOtherThan(metadata, List.of("type", "properties", "default"))
                || saysOtherThan(metadata.path("properties"), List.of("name", "generateName"))) {
            errors.forbidden(
                    node.path(Keyword.PROPERTIES).key("metadata"),
                    "must not specify anything other than name and generateName, but metadata is implicitly"
                            + " specified");
        }
    }

    private static boolean saysOtherThan(JsonNode object, List<String> names) {
        return object.propertyStream().map(Map.Entry::getKey).anyMatch(name -> !names.contains(name));
    }

    private void ofResource(JsonNode properties, FieldPath path) {
        for (String field : List.of("kind", "apiVersion")) {
            typed(properties, field, "string", path);
        }
        typed(properties, "metadata", "object", path);
    }

    private void typed(JsonNode properties, String field, String wanted, FieldPath path) {
        if (properties.has(field)) {
            String type = properties.path(field).path("type").asText("");
            if (!type.equals(wanted)) {
                errors.invalid(path.key(field).child("type"), type, "must be " + wanted);
            }
        }
    }

    /** A schema within an alternative: it may restrict values, but say nothing of structure. */
    private void restriction(SchemaNode node) {
        for (Keyword keyword : MUST_BE_EMPTY) {
            if (!node.text(keyword).isEmpty()) {
                errors.forbidden(node.path(keyword), "must be empty to be structural");
            }
        }
        for (Keyword keyword : MUST_BE_UNDEFINED) {
            if (node.says(keyword) && !node.get(keyword).isNull()) {
                errors.forbidden(node.path(keyword), "must be undefined to be structural");
            }
        }
        for (Keyword keyword : MUST_BE_FALSE) {
            if (node.isTrue(keyword)) {
                errors.forbidden(node.path(keyword), "must be false to be structural");
            }
        }
        for (Keyword keyword : MUST_HAVE_NOTHING) {
            if (node.says(keyword) && !node.get(keyword).isEmpty()) {
                errors.forbidden(node.path(keyword), "must be empty to be structural");
            }
        }
        if (node.get(Keyword.PROPERTIES).has("metadata")) {
            errors.forbidden(
                    node.path(Keyword.PROPERTIES).key("metadata"), "must not be specified in a nested context");
        }
    }
}
