package io.kybern.crd.definition;

import com.fasterxml.jackson.databind.JsonNode;
import io.kybern.crd.definition.SchemaNode.Part;
import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.field.FieldPath;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * One walk over the schema of a custom kind, which may have thousands of nodes: each is shown to all rules, and those of which more is to be
 * asked when the whole is known are kept. Small methods, since the walk is what a server compiles that has many kinds defined.
 */
final class SchemaWalk {
    private static final int ALTERNATIVES = Keyword.set(Keyword.NOT, Keyword.ALL_OF, Keyword.ONE_OF, Keyword.ANY_OF);
    private static final List<Keyword> LISTS = List.of(Keyword.ALL_OF, Keyword.ONE_OF, Keyword.ANY_OF);

    private final FieldErrors errors = new FieldErrors();
    private final NodeRules rules = new NodeRules(errors);
    private final StructuralRules structure = new StructuralRules();
    private final Set<String> unknownFormats = new LinkedHashSet<>();
    private final List<SchemaNode> withDefault = new ArrayList<>();
    private final List<SchemaNode> withRules = new ArrayList<>();
    private boolean unsupported;

    private SchemaWalk() {}

    static SchemaWalk over(SchemaNode root) {
        SchemaWalk walk = new SchemaWalk();
        walk.visit(root);
        return walk;
    }

    /** Whether there are constructs of OpenAPI that no structural schema can be made of. */
    boolean hasUnsupported() {
        return unsupported;
    }

    /** What is wrong with single nodes, in the order of the walk. */
    FieldErrors errors() {
        return errors;
    }

    /** What is wrong with them as parts of a structure, in no order. */
    FieldErrors structuralErrors() {
        return structure.errors();
    }

    Set<String> unknownFormats() {
        return unknownFormats;
    }

    /** The nodes of the structure that have a default. */
    List<SchemaNode> withDefault() {
        return withDefault;
    }

    /** The nodes of the structure that have rules, and nothing else wrong with them, after those below them. */
    List<SchemaNode> withRules() {
        return withRules;
    }

    private void visit(SchemaNode node) {
        int before = errors.size();
        rules.begin(node);
        structure.check(node);
        unsupported |= NodeRules.isUnsupported(node);
        if (node.part() == Part.STRUCTURE) {
            keep(node);
        }
        if (node.says(Keyword.ADDITIONAL_PROPERTIES)) {
            JsonNode values = inner(node, Keyword.ADDITIONAL_PROPERTIES);
            if (isLookedAt(values, node.part())) {
                visit(node.values(values));
            }
        }
        int ofProperties = withDefault.size();
        if (node.says(Keyword.PROPERTIES)) {
            properties(node);
        }
        if (node.saysAnyOf(ALTERNATIVES)) {
            alternatives(node);
        }
        if (node.says(Keyword.ITEMS)) {
            items(node, ofProperties);
        }
        rules.end(node);
        if (node.says(Keyword.VALIDATIONS) && errors.size() == before) {
            keepRules(node);
        }
    }

    private void keep(SchemaNode node) {
        if (node.says(Keyword.DEFAULT) && !node.get(Keyword.DEFAULT).isNull()) {
            withDefault.add(node);
        }
        if (node.says(Keyword.FORMAT)) {
            NodeRules.unknownFormat(node).ifPresent(unknownFormats::add);
        }
    }

    private void keepRules(SchemaNode node) {
        if (node.part() == Part.STRUCTURE && !node.get(Keyword.VALIDATIONS).isEmpty()) {
            withRules.add(node);
        }
    }

    /** A list of schemas in place of one can't be supported. */
    private JsonNode inner(SchemaNode node, Keyword keyword) {
        JsonNode inner = node.get(keyword);
        unsupported |= inner.isArray();
        return inner;
    }

    /** Within a restriction it is said of each node what it may not say. */
    private static boolean isLookedAt(JsonNode schema, Part parent) {
        return schema.isObject() && (parent != Part.STRUCTURE || !PlainSchema.is(schema));
    }

    private void properties(SchemaNode node) {
        FieldPath at = node.path(Keyword.PROPERTIES);
        for (Map.Entry<String, JsonNode> property : node.get(Keyword.PROPERTIES).properties()) {
            if (node.part() != Part.STRUCTURE || !PlainSchema.is(property.getValue())) {
                visit(node.property(property.getKey(), property.getValue(), at));
            }
        }
    }

    /** The defaults of items are told of before those of properties, if a node has both. */
    private void items(SchemaNode node, int ofProperties) {
        JsonNode items = inner(node, Keyword.ITEMS);
        if (!isLookedAt(items, node.part())) {
            return;
        }
        int ofItems = withDefault.size();
        visit(node.items(items));
        int size = withDefault.size();
        if (ofItems > ofProperties && size > ofItems) {
            Collections.rotate(withDefault.subList(ofProperties, size), size - ofItems);
        }
    }

    private void alternatives(SchemaNode node) {
        Part below = node.part() == Part.OTHER ? Part.OTHER : Part.RESTRICTION;
        JsonNode not = inner(node, Keyword.NOT);
        if (not.isObject()) {
            visit(node.alternative(not, node.path(Keyword.NOT), below));
        }
        for (Keyword list : LISTS) {
            if (node.says(list)) {
                alternatives(node, list, below);
            }
        }
    }

    private void alternatives(SchemaNode node, Keyword list, Part below) {
        Part rest = list == Keyword.ANY_OF && StructuralRules.mayBeIntOrString(node) ? Part.OTHER : below;
        Part first = list == Keyword.ALL_OF && node.part() == Part.STRUCTURE ? Part.FIRST_RESTRICTION : rest;
        FieldPath at = node.path(list);
        int i = 0;
        for (JsonNode alternative : node.get(list)) {
            visit(node.alternative(alternative, at.index(i), i == 0 ? first : rest));
            i++;
        }
    }
}
