package io.kybern.crd.cel.rule;

import io.kybern.crd.cel.check.CheckedExpr;
import io.kybern.crd.cel.check.Environment;
import io.kybern.crd.cel.program.Program;
import io.kybern.crd.cel.syntax.SyntaxException;
import io.kybern.crd.cel.type.CelType;
import java.util.Map;
import java.util.Optional;

/**
 * A rule ready to be evaluated, or what is wrong with it.
 *
 * @param program empty if the rule is empty or has an error
 * @param cost what one evaluation may cost at most
 * @param error what is wrong; empty: nothing
 */
record CompiledRule(
        RuleText text,
        Optional<Program> program,
        String error,
        long cost,
        Optional<Program> message,
        String messageError,
        long messageCost) {
    static final String SELF = "self";
    static final String OLD_SELF = "oldSelf";

    boolean usesOldSelf() {
        return program.map(p -> p.variables().contains(OLD_SELF)).orElse(false);
    }

    /** What one of the two expressions of a rule came to. */
    private record Part(Optional<Program> program, String error, long cost) {
        static final Part NONE = new Part(Optional.empty(), "", 0);

        static Part failed(String error) {
            return new Part(Optional.empty(), error, 0);
        }
    }

    static CompiledRule of(RuleText text, SchemaType type) {
        if (text.isEmpty()) {
            return new CompiledRule(text, Optional.empty(), "", 0, Optional.empty(), "", 0);
        }
        CelType old = text.hasOptionalOldSelf() ? CelType.optional(type.type()) : type.type();
        Environment environment = new Environment(Map.of(SELF, type.type(), OLD_SELF, old), type.structs());
        Part rule = compile(text.rule(), environment, type, CelType.BOOL, "", "cel expression must evaluate to a bool");
        Part message = rule.error().isEmpty() && !text.messageExpression().isEmpty()
                ? compile(
                        text.messageExpression(),
                        environment,
                        type,
                        CelType.STRING,
                        "messageExpression ",
                        "messageExpression must evaluate to a string")
                : Part.NONE;
        return new CompiledRule(
                text, rule.program(), rule.error(), rule.cost(), message.program(), message.error(), message.cost());
    }

    private static Part compile(
            String text, Environment environment, SchemaType type, CelType wanted, String prefix, String otherType) {
        CheckedExpr checked;
        try {
            checked = Program.check(text, environment);
        } catch (SyntaxException e) {
            return Part.failed(prefix + "compilation failed: " + e.getMessage());
        }
        if (!checked.resultType().equals(wanted)) {
            return Part.failed(otherType);
        }
        try {
            Program program = Program.of(checked, environment);
            return new Part(
                    Optional.of(program), "", program.estimate(type.hints()).max());
        } catch (Program.InstantiationException e) {
            String what = prefix.isEmpty() ? "program " : prefix;
            return Part.failed(what + "instantiation failed: " + e.getMessage());
        }
    }
}
