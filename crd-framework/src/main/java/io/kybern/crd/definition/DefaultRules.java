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
import java.util.Map;

/** Defaults in a schema must be values that the schema allows, without unknown fields. */
final class DefaultRules {
    private DefaultRules() {}

    static void validate(ObjectNode root, FieldPath path, FieldErrors errors) {
        walk(Schemas.parseSingle(root), path, errors);
    }

    private static void walk(Schema schema, FieldPath path, FieldErrors errors) {
        schema.defaultValue()
                .filter(value -> !value.isNull())
                .ifPresent(value -> check(value, schema, path.child("default"), errors));
        schema.additionalProperties().ifPresent(values -> walk(values, path.child("additionalProperties"), errors));
        schema.items().ifPresent(item -> walk(item, path.child("items"), errors));
        for (Map.Entry<String, Schema> e : schema.properties().entrySet()) {
            walk(e.getValue(), path.child("properties").key(e.getKey()), errors);
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
