package io.kybern.crd.cel.rule;

import com.fasterxml.jackson.databind.JsonNode;
import io.kybern.crd.schema.Schema;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The rules of a schema and of all below it, compiled: as deep as there are rules. Immutable; made once for a schema.
 *
 * @param schema by which values are read: that of a resource has its type and name
 */
record RuleTree(
        Schema schema,
        List<CompiledRule> rules,
        Map<String, RuleTree> properties,
        @Nullable RuleTree values,
        @Nullable RuleTree items) {
    RuleTree {
        rules = List.copyOf(rules);
        properties = Collections.unmodifiableMap(properties); // names as somebody chose them: their hashes may be equal
    }

    /** Empty if there are no rules. */
    static Optional<RuleTree> of(Schema schema, boolean resource) {
        return SchemaType.of(schema, resource, "selfType")
                .flatMap(type -> Optional.ofNullable(make(schema, resource, type)));
    }

    private static @Nullable RuleTree make(Schema schema, boolean resource, SchemaType type) {
        List<CompiledRule> rules = new ArrayList<>();
        for (JsonNode rule : schema.constraints().rules()) {
            rules.add(CompiledRule.of(RuleText.of(rule), type));
        }
        Map<String, RuleTree> properties = new LinkedHashMap<>();
        for (Map.Entry<String, Schema> property : schema.properties().entrySet()) {
            Schema child = property.getValue();
            Optional<SchemaType> known = Escaping.escape(property.getKey()).isPresent()
                    ? type.field(property.getKey())
                    : SchemaType.of(
                            child, child.embeddedResource(), "selfType"); // rules can't see it, but it may have some
            known.map(t -> make(child, child.embeddedResource(), t))
                    .ifPresent(t -> properties.put(property.getKey(), t));
        }
        RuleTree values = below(schema.values(), type);
        RuleTree items = below(schema.item(), type);
        if (rules.isEmpty() && properties.isEmpty() && values == null && items == null) {
            return null;
        }
        Schema read = resource ? Resources.withTypeAndMetadata(schema) : schema;
        return new RuleTree(read, rules, properties, values, items);
    }

    private static @Nullable RuleTree below(Schema child, SchemaType parent) {
        return child.declared() && child != Schema.ANY && parent.element().isPresent()
                ? make(child, child.embeddedResource(), parent.element().get())
                : null;
    }
}
