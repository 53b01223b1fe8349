package io.kybern.apiserver.admission.policy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.admission.AdmissionRequest;
import io.kybern.apiserver.admission.ObjectReader;
import io.kybern.apiserver.admission.webhook.MatchConditions;
import io.kybern.apiserver.authorization.Authorizer;
import io.kybern.apiserver.error.ApiException;
import io.kybern.apiserver.registry.Resource;
import io.kybern.apiserver.registry.admissionregistration.PolicyExpressions;
import io.kybern.apiserver.registry.admissionregistration.PolicyExpressions.Compiled;
import io.kybern.crd.cel.program.Program;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Match conditions: all must hold; one that does not decides even if another can't be evaluated. */
public final class Conditions implements MatchConditions {
    private static final long BUDGET = 2_500_000;
    private static final int KEPT = 1024;

    private final ObjectReader objects;
    private final Authorizer authorizer;

    /** Those of webhooks, by text. */
    private final Map<String, Compiled> compiled = new ConcurrentHashMap<>();

    public Conditions(ObjectReader objects, Authorizer authorizer) {
        this.objects = objects;
        this.authorizer = authorizer;
    }

    record Condition(String text, Compiled expression) {}

    /** @param error why it can't be said whether all hold; empty: it can */
    record Result(boolean hold, String error) {}

    static Result evaluate(List<Condition> conditions, Map<String, Object> variables) {
        long budget = BUDGET;
        List<String> errors = new ArrayList<>();
        for (Condition condition : conditions) {
            if (condition.expression().program().isEmpty()) {
                errors.add("compilation error: " + condition.expression().error());
                continue;
            }
            Program.Outcome outcome = condition.expression().program().get().evaluate(variables);
            budget -= outcome.cost();
            if (budget < 0) {
                return new Result(
                        false,
                        "validation failed due to running out of cost budget, no further validation rules will be run");
            }
            if (outcome.failed()) {
                errors.add("expression '" + condition.text() + "' resulted in error: " + outcome.error());
            } else if (outcome.value().equals(false)) {
                return new Result(false, "");
            }
        }
        String error = errors.size() > 1 ? "[" + String.join(", ", errors) + "]" : String.join("", errors);
        return new Result(errors.isEmpty(), error);
    }

    @Override
    public boolean hold(List<ObjectNode> conditions, boolean fails, AdmissionRequest request, Resource as) {
        List<Condition> ready = conditions.stream()
                .map(c -> c.path("expression").asText())
                .map(text -> new Condition(text, compile(text)))
                .toList();
        Result result = evaluate(ready, PolicyRequest.variables(request, as, objects, authorizer));
        if (fails && !result.error().isEmpty()) {
            throw ApiException.forbidden(request.resource(), request.name(), result.error());
        }
        return result.hold();
    }

    private Compiled compile(String text) {
        if (compiled.size() > KEPT) {
            compiled.clear();
        }
        return compiled.computeIfAbsent(text, t -> new PolicyExpressions(false).compile(t, PolicyExpressions.BOOL));
    }
}
