package io.kybern.apiserver.admission.policy;

import com.fasterxml.jackson.databind.JsonNode;
import io.kybern.apiserver.admission.policy.Conditions.Condition;
import io.kybern.apiserver.registry.admissionregistration.PolicyExpressions;
import io.kybern.apiserver.registry.admissionregistration.PolicyExpressions.Compiled;
import io.kybern.crd.cel.program.Program;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A policy whose expressions are compiled, once for each generation.
 *
 * @param fails whether what can't be evaluated denies
 */
record CompiledPolicy(
        String name,
        JsonNode spec,
        boolean fails,
        List<Condition> conditions,
        Map<String, Compiled> variables,
        List<Validation> validations,
        List<Mutation> mutations) {
    /** @param applies whether it makes an object that is applied; else a JSON patch */
    record Mutation(boolean applies, String text, Compiled expression) {}

    /** @param message empty: there is no expression for it, or it does not compile */
    record Validation(String text, Compiled expression, Optional<Program> message, String given, String reason) {
        /** What to say if it does not hold. */
        String failure() {
            return given.isBlank() ? "failed expression: " + text.strip() : given.strip();
        }
    }

    static CompiledPolicy of(JsonNode policy) {
        JsonNode spec = policy.path("spec");
        PolicyExpressions expressions =
                new PolicyExpressions(spec.path("paramKind").isObject());
        List<Condition> conditions = new ArrayList<>();
        for (JsonNode condition : spec.path("matchConditions")) {
            String text = condition.path("expression").asText();
            conditions.add(new Condition(text, expressions.compile(text, PolicyExpressions.BOOL)));
        }
        Map<String, Compiled> variables = new LinkedHashMap<>();
        for (JsonNode variable : spec.path("variables")) {
            String name = variable.path("name").asText();
            Compiled compiled = expressions.compile(variable.path("expression").asText(), PolicyExpressions.ANY);
            expressions.declare(name, compiled);
            variables.put(name, compiled);
        }
        List<Validation> validations = new ArrayList<>();
        for (JsonNode validation : spec.path("validations")) {
            String text = validation.path("expression").asText();
            String message = validation.path("messageExpression").asText("");
            validations.add(new Validation(
                    text,
                    expressions.compile(text, PolicyExpressions.BOOL),
                    message.isBlank()
                            ? Optional.empty()
                            : expressions
                                    .compile(message, PolicyExpressions.TEXT)
                                    .program(),
                    validation.path("message").asText(""),
                    validation.path("reason").asText("Invalid")));
        }
        List<Mutation> mutations = new ArrayList<>();
        for (JsonNode mutation : spec.path("mutations")) {
            boolean applies = mutation.path("patchType").asText().equals("ApplyConfiguration");
            String text = mutation.path(applies ? "applyConfiguration" : "jsonPatch")
                    .path("expression")
                    .asText();
            mutations.add(new Mutation(applies, text, expressions.compileMutation(text, applies)));
        }
        return new CompiledPolicy(
                policy.path("metadata").path("name").asText(),
                spec,
                !spec.path("failurePolicy").asText().equals("Ignore"),
                List.copyOf(conditions),
                variables,
                List.copyOf(validations),
                List.copyOf(mutations));
    }
}
