package io.kybern.apiserver.admission.policy;

import io.kybern.apiserver.admission.policy.CompiledPolicy.Validation;
import io.kybern.apiserver.registry.admissionregistration.PolicyExpressions.Compiled;
import io.kybern.crd.cel.program.Program;
import io.kybern.crd.cel.value.CelError;
import io.kybern.crd.cel.value.CelMap;
import io.kybern.crd.name.Names;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What one policy says of one request, with one parameter. All that is asked of it shares a budget; a variable is
 * evaluated when it is first asked for.
 */
final class Evaluation {
    private static final long BUDGET = 10_000_000;
    private static final int LONGEST_MESSAGE = 5 * 1024;
    private static final String OUT_OF_BUDGET =
            "validation failed due to running out of cost budget, no further validation rules will be run";

    /** Something that a policy does not allow. */
    record Denial(String reason, String message) {}

    private final CompiledPolicy policy;
    private final Map<String, Object> variables;
    private long budget = BUDGET;

    Evaluation(CompiledPolicy policy, Map<String, Object> variables) {
        this.policy = policy;
        this.variables = new HashMap<>(variables);
    }

    /** An expression that could not be evaluated. */
    static final class FailedException extends Exception {
        private static final long serialVersionUID = 1;

        FailedException(String message) {
            super(message, null, false, false);
        }
    }

    /** Whether the policy has something to say. */
    boolean applies() throws FailedException {
        Conditions.Result conditions = Conditions.evaluate(policy.conditions(), variables);
        if (!conditions.error().isEmpty()) {
            throw new FailedException(conditions.error());
        }
        return conditions.hold();
    }

    /** In the order of the validations; empty: nothing speaks against the request. */
    List<Denial> denials() {
        try {
            if (!applies()) {
                return List.of();
            }
        } catch (FailedException e) {
            return failure(e);
        }
        List<Denial> denials = new ArrayList<>();
        variables.put("variables", new Variables());
        for (Validation validation : policy.validations()) {
            try {
                if (!value(validation.expression(), validation.text()).equals(true)) {
                    denials.add(new Denial(validation.reason(), message(validation)));
                }
            } catch (FailedException e) {
                denials.addAll(failure(e));
            }
            if (budget < 0) {
                break;
            }
        }
        return denials;
    }

    /** What an expression of a mutation makes. */
    Object made(CompiledPolicy.Mutation mutation) throws FailedException {
        variables.put("variables", new Variables());
        return value(mutation.expression(), mutation.text());
    }

    private List<Denial> failure(FailedException e) {
        return policy.fails() ? List.of(new Denial("Invalid", String.valueOf(e.getMessage()))) : List.of();
    }

    private Object value(Compiled expression, String text) throws FailedException {
        if (expression.program().isEmpty()) {
            throw new FailedException("compilation error: " + expression.error());
        }
        Program.Outcome outcome = evaluate(expression.program().get());
        if (budget < 0) {
            throw new FailedException(OUT_OF_BUDGET);
        }
        if (outcome.failed()) {
            throw new FailedException("expression '" + text + "' resulted in error: " + outcome.error());
        }
        return outcome.value();
    }

    private Program.Outcome evaluate(Program program) {
        Program.Outcome outcome = program.evaluate(variables);
        budget -= outcome.cost();
        return outcome;
    }

    private String message(Validation validation) {
        Optional<Program> expression = validation.message();
        if (expression.isPresent()
                && evaluate(expression.get()).value() instanceof String text
                && !text.isBlank()
                && text.strip().indexOf('\n') < 0
                && Names.bytes(text.strip()) <= LONGEST_MESSAGE) {
            return text.strip();
        }
        return validation.failure();
    }

    /** The variables of a policy, by name. */
    private final class Variables extends CelMap {
        private final Map<String, Object> known = new HashMap<>();

        @Override
        public int size() {
            return policy.variables().size();
        }

        @Override
        public List<Object> keys() {
            return List.copyOf(policy.variables().keySet());
        }

        @Override
        public @Nullable Object find(Object key) {
            if (!(key instanceof String name) || !policy.variables().containsKey(name)) {
                return null;
            }
            Object value = known.get(name);
            if (value == null) {
                value = evaluated(name);
                known.put(name, value);
            }
            return value;
        }

        private Object evaluated(String name) {
            Compiled variable = policy.variables().get(name);
            if (variable == null || variable.program().isEmpty()) {
                return new CelError("composited variable \"" + name + "\" fails to compile");
            }
            Program.Outcome outcome = evaluate(variable.program().get());
            return outcome.failed()
                    ? new CelError("composited variable \"" + name + "\" fails to evaluate: " + outcome.error())
                    : outcome.value();
        }
    }
}
