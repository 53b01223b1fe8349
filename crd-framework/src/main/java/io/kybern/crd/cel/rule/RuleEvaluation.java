package io.kybern.crd.cel.rule;

import com.fasterxml.jackson.databind.JsonNode;
import io.kybern.crd.cel.program.Program;
import io.kybern.crd.cel.value.CelOptional;
import io.kybern.crd.cel.value.Work;
import io.kybern.crd.field.FieldError;
import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.field.FieldPath;
import io.kybern.crd.name.Names;
import io.kybern.crd.pace.Pace;
import io.kybern.crd.schema.Before;
import io.kybern.crd.schema.Schema;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One evaluation of the rules of a schema for an object, within a budget for all of them together.
 *
 * <p>Source: {@code apiextensions-apiserver/pkg/apiserver/schema/cel/validation.go}.
 */
final class RuleEvaluation {
    private static final long BUDGET = 10_000_000;
    /** What is spent before other virtual threads may run. */
    private static final long AT_A_TIME = 10_000;

    private static final int LONGEST_MESSAGE = 5 * 1024;
    private static final String OUT_OF_BUDGET =
            "validation failed due to running out of cost budget, no further validation rules will be run";

    private final FieldErrors errors;
    private final Before formerly = new Before();
    private final Runnable pause;
    private long budget = BUDGET;

    RuleEvaluation(FieldErrors errors) {
        this(errors, Pace::letOthersRun);
    }

    /** @param pause lets others run */
    RuleEvaluation(FieldErrors errors, Runnable pause) {
        this.errors = errors;
        this.pause = pause;
    }

    /** No further rule is to be evaluated. */
    private static final class StoppedException extends Exception {
        private static final long serialVersionUID = 1;

        StoppedException() {
            super(null, null, false, false);
        }
    }

    /**
     * @param path of the value; null: it is the whole object
     * @param ratchets whether what is wrong with what has not changed is only warned of
     */
    void run(RuleTree tree, @Nullable FieldPath path, JsonNode value, @Nullable JsonNode old, boolean ratchets) {
        Correlation correlation =
                old == null || !ratchets ? Correlation.NONE : Correlation.of(value, old, tree.schema(), formerly);
        Work.bounded(() -> {
            try {
                node(tree, path, value, old, correlation);
            } catch (StoppedException e) {
                // What stopped it has been told.
            }
            return true;
        });
    }

    private void node(
            RuleTree tree, @Nullable FieldPath path, JsonNode value, @Nullable JsonNode old, Correlation correlation)
            throws StoppedException {
        if (value.isNull()) {
            return;
        }
        JsonNode before = old == null || old.isNull() ? null : old;
        rules(tree, path, value, before, correlation);
        if (value.isArray() && tree.items() instanceof RuleTree items && path != null) {
            for (int i = 0; i < value.size(); i++) {
                JsonNode was = before == null ? null : formerly.item(value.get(i), before, tree.schema());
                node(items, path.index(i), value.get(i), was, correlation.index(i));
            }
        } else if (value.isObject()) {
            for (Map.Entry<String, JsonNode> e : value.properties()) {
                String name = e.getKey();
                RuleTree property = tree.properties().get(name);
                RuleTree below = property != null ? property : tree.values();
                if (below != null) {
                    JsonNode was = before == null ? null : before.get(name);
                    node(below, child(path, name, property != null), e.getValue(), was, correlation.key(name));
                }
            }
        }
    }

    private static FieldPath child(@Nullable FieldPath path, String name, boolean property) {
        if (path == null) {
            return FieldPath.of(name);
        }
        return property ? path.child(name) : path.key(name);
    }

    private void rules(
            RuleTree tree, @Nullable FieldPath path, JsonNode value, @Nullable JsonNode old, Correlation correlation)
            throws StoppedException {
        if (tree.rules().isEmpty()) {
            return;
        }
        Schema schema = tree.schema();
        if (budget <= 0) {
            invalid(path, schema, OUT_OF_BUDGET);
            throw new StoppedException();
        }
        Map<String, Object> plain = new HashMap<>();
        plain.put(CompiledRule.SELF, JsonValues.of(value, schema));
        Map<String, Object> optional = new HashMap<>(plain);
        optional.put(CompiledRule.OLD_SELF, CelOptional.NONE);
        if (old != null && tree.rules().stream().anyMatch(CompiledRule::usesOldSelf)) {
            Object oldSelf = JsonValues.of(old, schema);
            plain.put(CompiledRule.OLD_SELF, oldSelf);
            optional.put(CompiledRule.OLD_SELF, CelOptional.of(oldSelf));
        }
        for (CompiledRule rule : tree.rules()) {
            if (!rule.error().isEmpty()) {
                invalid(path, schema, "rule compile error: " + rule.error());
            } else if (rule.program().isPresent()) {
                boolean transition =
                        rule.usesOldSelf() && old == null && !rule.text().hasOptionalOldSelf();
                if (!transition
                        && !holds(
                                rule,
                                rule.program().get(),
                                path,
                                schema,
                                rule.text().hasOptionalOldSelf() ? optional : plain)) {
                    boolean ratchets = !rule.usesOldSelf() && correlation.unchanged();
                    FieldError error = failure(rule, path, value, schema, plain);
                    if (ratchets) {
                        errors.warn(error.toString());
                    } else {
                        errors.add(error);
                    }
                    if (budget < 0) {
                        throw new StoppedException();
                    }
                }
            }
        }
    }

    /** Whether a rule holds, or has failed in a way that has been told. */
    private boolean holds(
            CompiledRule rule, Program program, @Nullable FieldPath path, Schema schema, Map<String, Object> variables)
            throws StoppedException {
        Program.Outcome outcome = program.evaluate(variables);
        if (outcome.cost() > budget) {
            invalid(path, schema, OUT_OF_BUDGET);
            throw new StoppedException();
        }
        long before = BUDGET - budget;
        budget -= outcome.cost();
        if (before / AT_A_TIME != (BUDGET - budget) / AT_A_TIME) {
            pause.run();
        }
        if (!outcome.failed()) {
            return outcome.value().equals(true);
        }
        String shown = rule.text().shown();
        if (outcome.exceeded()) {
            invalid(
                    path,
                    schema,
                    "'" + outcome.error()
                            + "': no further validation rules will be run due to call cost exceeds limit for rule: "
                            + shown);
            throw new StoppedException();
        }
        if (outcome.error().startsWith("no such overload")) {
            invalid(
                    path,
                    schema,
                    "'" + outcome.error()
                            + "': call arguments did not match a supported operator, function or macro signature for"
                            + " rule: " + shown);
        } else {
            invalid(path, schema, outcome.error() + " evaluating rule: " + shown);
        }
        return true;
    }

    private void invalid(@Nullable FieldPath path, Schema schema, String detail) {
        errors.add(error(
                FieldError.Type.INVALID, path, "Invalid value: " + FieldErrors.quote(schema.type()) + ": " + detail));
    }

    private static FieldError error(FieldError.Type type, @Nullable FieldPath path, String message) {
        return new FieldError(type, path == null ? "<nil>" : path.toString(), message);
    }

    private FieldError failure(
            CompiledRule rule, @Nullable FieldPath path, JsonNode value, Schema schema, Map<String, Object> variables) {
        String given = rule.text().fieldPath();
        FieldPath at = path;
        if (!given.isEmpty()) {
            String below = FieldPaths.resolve(given, schema).orElse("");
            at = below.isEmpty() ? path : path == null ? FieldPath.of(below) : path.child(below);
        }
        String detail = rule.text().failure();
        if (rule.message().isPresent()) {
            Program.Outcome outcome = rule.message().get().evaluate(variables);
            String stopped = messageStops(rule, outcome);
            if (!stopped.isEmpty()) {
                budget = -1;
                return error(
                        FieldError.Type.INVALID,
                        at,
                        "Invalid value: " + FieldErrors.quote(schema.type()) + ": " + stopped);
            }
            budget -= outcome.cost();
            if (outcome.value() instanceof String text && isMessage(text.strip())) {
                detail = text.strip();
            }
        }
        return byReason(rule.text().reason(), at, value, detail);
    }

    private String messageStops(CompiledRule rule, Program.Outcome outcome) {
        if (outcome.cost() > budget) {
            return "messageExpression evaluation failed due to running out of cost budget, no further validation rules"
                    + " will be run";
        }
        return outcome.exceeded()
                ? "no further validation rules will be run due to call cost exceeds limit for messageExpression: "
                        + FieldErrors.quote(rule.text().messageExpression())
                : "";
    }

    private static boolean isMessage(String text) {
        return !text.isEmpty() && text.indexOf('\n') < 0 && Names.bytes(text) <= LONGEST_MESSAGE;
    }

    private static FieldError byReason(String reason, @Nullable FieldPath path, JsonNode value, String detail) {
        return switch (reason) {
            case "FieldValueForbidden" -> error(FieldError.Type.FORBIDDEN, path, "Forbidden: " + detail);
            case "FieldValueRequired" -> error(FieldError.Type.REQUIRED, path, "Required value: " + detail);
            case "FieldValueDuplicate" ->
                error(
                        FieldError.Type.DUPLICATE,
                        path,
                        "Duplicate value" + (value.isContainerNode() ? "" : ": " + FieldErrors.print(value)));
            default ->
                error(
                        FieldError.Type.INVALID,
                        path,
                        "Invalid value: " + (value.isContainerNode() ? "" : FieldErrors.print(value) + ": ") + detail);
        };
    }
}
