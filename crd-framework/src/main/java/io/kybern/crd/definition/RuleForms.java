package io.kybern.crd.definition;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.crd.cel.rule.FieldPaths;
import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.field.FieldPath;
import io.kybern.crd.schema.Schemas;
import java.util.List;

/** The form of CEL rules; what they say is checked when all else is well. */
final class RuleForms {
    private static final List<String> REASONS =
            List.of("FieldValueDuplicate", "FieldValueForbidden", "FieldValueInvalid", "FieldValueRequired");

    private final FieldErrors errors;

    RuleForms(FieldErrors errors) {
        this.errors = errors;
    }

    void check(SchemaNode node) {
        JsonNode rules = node.get(Keyword.VALIDATIONS);
        FieldPath path = node.path(Keyword.VALIDATIONS);
        for (int i = 0; i < rules.size(); i++) {
            check(rules.get(i), node.schema(), path.index(i));
        }
    }

    private void check(JsonNode rule, JsonNode schema, FieldPath at) {
        String text = rule.path("rule").asText("").strip();
        String message = rule.path("message").asText("");
        if (text.isEmpty()) {
            errors.required(at.child("rule"), "rule is not specified");
        } else if (!message.isEmpty() && message.isBlank()) {
            errors.invalid(at.child("message"), message, "must be non-empty if specified");
        } else if (hasLineBreak(message.strip())) {
            errors.invalid(at.child("message"), message, "must not contain line breaks");
        } else if (hasLineBreak(text) && message.isBlank()) {
            errors.required(at.child("message"), "message must be specified if rule contains line breaks");
        }
        String expression = rule.path("messageExpression").asText("");
        if (!expression.isEmpty() && expression.isBlank()) {
            errors.required(at.child("messageExpression"), "messageExpression must be non-empty if specified");
        }
        JsonNode reason = rule.path("reason");
        if (reason.isTextual() && !REASONS.contains(reason.textValue())) {
            errors.notSupported(at.child("reason"), reason, REASONS);
        }
        String fieldPath = rule.path("fieldPath").asText("");
        if (!fieldPath.isEmpty()) {
            fieldPath(fieldPath, schema, at.child("fieldPath"));
        }
    }

    private void fieldPath(String fieldPath, JsonNode schema, FieldPath at) {
        if (fieldPath.isBlank()) {
            errors.invalid(at, fieldPath, "must be non-empty if specified");
        }
        if (hasLineBreak(fieldPath)) {
            errors.invalid(at, fieldPath, "must not contain line breaks");
        }
        if (!(schema instanceof ObjectNode object)
                || FieldPaths.resolve(fieldPath, Schemas.parseSingle(object)).isEmpty()) {
            errors.invalid(at, fieldPath, "must be a valid path");
        }
    }

    private static boolean hasLineBreak(String text) {
        return text.indexOf('\n') >= 0 || text.indexOf('\r') >= 0;
    }
}
