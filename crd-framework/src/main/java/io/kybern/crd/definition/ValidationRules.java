package io.kybern.crd.definition;

import com.fasterxml.jackson.databind.JsonNode;
import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.schema.Schema;
import java.util.Map;
import java.util.Optional;

/**
 * Evaluates the {@code x-kubernetes-validations} of a schema: the place where an evaluator of CEL is put in. Called from
 * many threads.
 */
@FunctionalInterface
public interface ValidationRules {
    /** Evaluates no rule. Who uses it must tell: {@link #UNEVALUATED} is the warning for definitions with rules. */
    ValidationRules NONE = (value, old, schema, errors) -> {};

    String UNEVALUATED = "x-kubernetes-validations are stored but not evaluated yet: this server has no CEL evaluator";

    /** @param old the stored object on an update */
    void validate(JsonNode value, Optional<JsonNode> old, Schema schema, FieldErrors errors);

    /** Whether the schema has rules anywhere. */
    static boolean in(Schema schema) {
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
        for (JsonNode each : schema.path("allOf")) {
            if (in(each)) {
                return true;
            }
        }
        return schema.path("items").isObject() && in(schema.path("items"))
                || schema.path("additionalProperties").isObject() && in(schema.path("additionalProperties"));
    }
}
