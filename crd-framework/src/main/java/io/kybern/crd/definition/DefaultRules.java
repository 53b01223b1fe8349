package io.kybern.crd.definition;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.crd.cel.rule.CelRules;
import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.field.FieldPath;
import io.kybern.crd.schema.Pruning;
import io.kybern.crd.schema.Schema;
import io.kybern.crd.schema.Schemas;
import io.kybern.crd.schema.Validation;
import java.util.List;
import java.util.Map;

/** Defaults in a schema must be values that the schema allows, without unknown fields. */
final class DefaultRules {
    private static final List<String> INNER = List.of("additionalProperties", "items");

    private DefaultRules() {}

    static void validate(ObjectNode root, FieldPath path, FieldErrors errors) {
        walk(root, path, errors);
    }

    private static void walk(JsonNode schema, FieldPath path, FieldErrors errors) {
        if (PlainSchema.is(schema)) {
            return;
        }
        if (schema.hasNonNull("default") && schema instanceof ObjectNode object) {
            check(schema.path("default"), Schemas.parseSingle(object), path.child("default"), errors);
        }
        for (String field : INNER) {
            if (schema.path(field).isObject()) {
                walk(schema.path(field), path.child(field), errors);
            }
        }
        JsonNode properties = schema.path("properties");
        if (!properties.isEmpty()) {
            FieldPath at = path.child("properties");
            for (Map.Entry<String, JsonNode> e : properties.properties()) {
                if (e.getValue().isObject() && !PlainSchema.is(e.getValue())) {
                    walk(e.getValue(), at.key(e.getKey()), errors);
                }
            }
        }
    }

    private static void check(JsonNode value, Schema schema, FieldPath path, FieldErrors errors) {
        ObjectNode holder = JsonNodeFactory.instance.objectNode();
        holder.set("value", value.deepCopy());
        ObjectNode holderSchema = JsonNodeFactory.instance.objectNode();
        holderSchema.putObject("properties").set("value", schema.raw());
        if (!Pruning.pruneCustom(holder, Schemas.parseSingle(holderSchema)).isEmpty()) {
            errors.invalid(path, value, "must not have unknown fields");
        }
        int before = errors.size();
        Validation.validate(value, schema, path.toString(), errors);
        if (errors.size() == before) {
            CelRules.validateDefault(value, schema, path, errors);
        }
    }
}
