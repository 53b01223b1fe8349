package io.kybern.crd.definition;

import com.fasterxml.jackson.databind.JsonNode;
import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.schema.Formats;
import java.util.List;
import java.util.Optional;

/**
 * What each node of a custom kind's schema may say, whatever the others do.
 *
 * <p>Source: {@code ValidateCustomResourceDefinitionOpenAPISchema}.
 */
final class NodeRules {
    private static final List<String> TYPES = List.of("array", "boolean", "integer", "number", "object", "string");
    private static final List<Keyword> UNSUPPORTED = List.of(
            Keyword.ID,
            Keyword.ADDITIONAL_ITEMS,
            Keyword.PATTERN_PROPERTIES,
            Keyword.DEFINITIONS,
            Keyword.DEPENDENCIES,
            Keyword.REFERENCE);
    private static final int ANY_UNSUPPORTED = Keyword.set(UNSUPPORTED.toArray(Keyword[]::new));
    private static final int OF_COLLECTIONS = Keyword.set(Keyword.LIST_TYPE, Keyword.LIST_MAP_KEYS, Keyword.MAP_TYPE);

    private final FieldErrors errors;
    private final CollectionRules collections;
    private final RuleForms forms;

    NodeRules(FieldErrors errors) {
        this.errors = errors;
        this.collections = new CollectionRules(errors);
        this.forms = new RuleForms(errors);
    }

    /** Whether no structural schema can be made of it. */
    static boolean isUnsupported(SchemaNode node) {
        return node.saysAnyOf(ANY_UNSUPPORTED)
                || node.schema().isArray()
                || node.says(Keyword.PRESERVE_UNKNOWN_FIELDS) && !node.isTrue(Keyword.PRESERVE_UNKNOWN_FIELDS);
    }

    /** A warning. */
    static Optional<String> unknownFormat(SchemaNode node) {
        String format = node.text(Keyword.FORMAT);
        return Formats.isKnown(format, node.type())
                ? Optional.empty()
                : Optional.of("unrecognized format \"" + format + "\"");
    }

    /** What comes before complaints about the nodes below. */
    void begin(SchemaNode node) {
        String type = node.type();
        if (!type.isEmpty() && !TYPES.contains(type)) {
            errors.notSupported(node.path(Keyword.TYPE), node.get(Keyword.TYPE), TYPES);
        }
        if (node.says(Keyword.DEFAULT)
                && !node.forbidsDefaults().isEmpty()
                && !node.get(Keyword.DEFAULT).isNull()) {
            errors.forbidden(node.path(Keyword.DEFAULT), "must not be set " + node.forbidsDefaults());
        }
        if (node.saysAnyOf(ANY_UNSUPPORTED)) {
            unsupported(node);
        }
        if (type.equals("null")) {
            errors.forbidden(node.path(Keyword.TYPE), "type cannot be set to null, use nullable as an alternative");
        }
        if (node.says(Keyword.ITEMS) && node.get(Keyword.ITEMS).isArray()) {
            errors.forbidden(node.path(Keyword.ITEMS), "items must be a schema object and not an array");
        }
        if (node.isInsideMeta() && node.isEmbedded()) {
            errors.forbidden(node.path(Keyword.EMBEDDED_RESOURCE), "must not be used inside of resource meta");
        }
        if (node.isTrue(Keyword.UNIQUE_ITEMS)) {
            errors.forbidden(
                    node.path(Keyword.UNIQUE_ITEMS),
                    "uniqueItems cannot be set to true since the runtime complexity becomes quadratic");
        }
        if (node.says(Keyword.ADDITIONAL_PROPERTIES) && node.says(Keyword.PROPERTIES)) {
            exclusive(node);
        }
    }

    private void unsupported(SchemaNode node) {
        for (Keyword keyword : UNSUPPORTED) {
            if (node.says(keyword)) {
                errors.forbidden(node.path(keyword), keyword.text() + " is not supported");
            }
        }
    }

    private void exclusive(SchemaNode node) {
        JsonNode additional = node.get(Keyword.ADDITIONAL_PROPERTIES);
        if (!node.get(Keyword.PROPERTIES).isEmpty() && !(additional.isBoolean() && additional.booleanValue())) {
            errors.forbidden(
                    node.path(Keyword.ADDITIONAL_PROPERTIES),
                    "additionalProperties and properties are mutual exclusive");
        }
    }

    /** What comes after them. */
    void end(SchemaNode node) {
        if (node.says(Keyword.PRESERVE_UNKNOWN_FIELDS)) {
            JsonNode preserve = node.get(Keyword.PRESERVE_UNKNOWN_FIELDS);
            if (preserve.isBoolean() && !preserve.booleanValue()) {
                errors.invalid(node.path(Keyword.PRESERVE_UNKNOWN_FIELDS), false, "must be true or undefined");
            }
        }
        if (node.saysAnyOf(OF_COLLECTIONS)) {
            collections.check(node.schema(), node.path());
        }
        if (node.says(Keyword.VALIDATIONS)) {
            forms.check(node);
        }
    }
}
