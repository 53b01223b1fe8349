package io.kybern.crd.cel.rule;

import com.fasterxml.jackson.databind.JsonNode;
import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.field.FieldPath;
import io.kybern.crd.schema.Schema;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Evaluates {@code x-kubernetes-validations}. The rules of a schema are compiled when the first object is validated by
 * it, and kept for the schemas that were used last: nothing of CEL is loaded before.
 */
public final class CelRules {
    private static final int KEPT = 256;

    /** By the schema itself: its kind keeps the one it has, and comparing schemas would cost more than some rules. */
    private final Map<Schema, Optional<RuleTree>> compiled =
            Collections.synchronizedMap(new LinkedHashMap<>(16, 0.75f, true) {
                private static final long serialVersionUID = 1;

                @Override
                protected boolean removeEldestEntry(Map.Entry<Schema, Optional<RuleTree>> eldest) {
                    return size() > KEPT;
                }
            });

    /** Whether the schema has rules anywhere. */
    public static boolean in(Schema schema) {
        return in(schema.raw());
    }

    private static boolean in(JsonNode schema) {
        if (!schema.path("x-kubernetes-validations").isEmpty()) {
            return true;
        }
        for (Map.Entry<String, JsonNode> e : schema.path("properties").properties()) {
            if (in(e.getValue())) {
                return true;
            }
        }
        return schema.path("items").isObject() && in(schema.path("items"))
                || schema.path("additionalProperties").isObject() && in(schema.path("additionalProperties"));
    }

    /**
     * Complains about a custom resource; what is wrong but was before is warned of.
     *
     * @param old the stored object on an update
     */
    public void validate(JsonNode value, Optional<JsonNode> old, Schema schema, FieldErrors errors) {
        tree(schema).ifPresent(tree -> new RuleEvaluation(errors).run(tree, null, value, old.orElse(null), true));
    }

    /** Complains about a default of a schema, as if it came into being and as if it stayed. */
    public static void validateDefault(JsonNode value, Schema schema, FieldPath path, FieldErrors errors) {
        if (!in(schema)) {
            return;
        }
        RuleTree.of(schema, schema.embeddedResource()).ifPresent(tree -> {
            int before = errors.size();
            new RuleEvaluation(errors).run(tree, path, value, value, false);
            if (errors.size() == before) {
                new RuleEvaluation(errors).run(tree, path, value, null, false);
            }
        });
    }

    private Optional<RuleTree> tree(Schema schema) {
        Optional<RuleTree> known = compiled.get(schema);
        if (known == null) {
            known = RuleTree.of(schema, true);
            compiled.put(schema, known);
        }
        return known;
    }
}
