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

/** A default must be a value that its schema allows, without unknown fields. */
final class DefaultRules {
    private DefaultRules() {}

    static void check(SchemaNode node, FieldErrors errors) {
        if (node.schema() instanceof ObjectNode object) {
            check(node.get(Keyword.DEFAULT), Schemas.parseSingle(object), node.path(Keyword.DEFAULT), errors);
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
