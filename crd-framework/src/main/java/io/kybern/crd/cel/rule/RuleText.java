package io.kybern.crd.cel.rule;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;

/**
 * One of a schema's {@code x-kubernetes-validations}, as written.
 *
 * @param optionalOldSelf empty: not given
 */
record RuleText(
        String rule,
        String message,
        String messageExpression,
        String reason,
        String fieldPath,
        Optional<Boolean> optionalOldSelf) {
    static RuleText of(JsonNode rule) {
        JsonNode optional = rule.path("optionalOldSelf");
        return new RuleText(
                rule.path("rule").asText(""),
                rule.path("message").asText(""),
                rule.path("messageExpression").asText(""),
                rule.path("reason").asText(""),
                rule.path("fieldPath").asText(""),
                optional.isBoolean() ? Optional.of(optional.booleanValue()) : Optional.empty());
    }

    boolean isEmpty() {
        return rule.isBlank();
    }

    boolean hasOptionalOldSelf() {
        return optionalOldSelf.orElse(false);
    }

    /** What names the rule in messages about it. */
    String shown() {
        return (message.isEmpty() ? rule : message).strip();
    }

    /** What to say if it does not hold. */
    String failure() {
        return message.isEmpty() ? "failed rule: " + shown() : message.strip();
    }
}
