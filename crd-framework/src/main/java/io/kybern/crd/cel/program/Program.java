package io.kybern.crd.cel.program;

import io.kybern.crd.cel.check.CheckedExpr;
import io.kybern.crd.cel.check.Checker;
import io.kybern.crd.cel.check.Environment;
import io.kybern.crd.cel.cost.SizeRange;
import io.kybern.crd.cel.syntax.DeepStack;
import io.kybern.crd.cel.syntax.SyntaxException;
import io.kybern.crd.cel.type.CelType;
import io.kybern.crd.cel.value.CelError;
import io.kybern.crd.cel.value.Work;
import java.util.Map;
import java.util.Set;

/** An expression ready to be evaluated. Immutable; any thread may evaluate it. */
public final class Program {
    /** What one evaluation may cost. */
    public static final long COST_LIMIT = 1_000_000;

    private final CheckedExpr checked;
    private final Node root;
    private final int slots;

    private Program(CheckedExpr checked, Node root, int slots) {
        this.checked = checked;
        this.root = root;
        this.slots = slots;
    }

    /** An expression that is well typed, but has a constant that can't be computed. */
    public static final class InstantiationException extends Exception {
        private static final long serialVersionUID = 1;

        InstantiationException(Planner.ConstantException cause) {
            super(cause.getMessage(), cause);
        }
    }

    /**
     * What an evaluation came to.
     *
     * @param value a {@link CelError} if it failed
     * @param exceeded whether it was stopped since it cost too much
     */
    public record Outcome(Object value, long cost, boolean exceeded) {
        public boolean failed() {
            return value instanceof CelError;
        }

        /** What is wrong, if it failed. */
        public String error() {
            return value instanceof CelError error ? error.message() : "";
        }
    }

    /**
     * Compiles an expression.
     *
     * @throws SyntaxException if it is none, or of no type
     */
    public static CheckedExpr check(String text, Environment environment) throws SyntaxException {
        return Checker.compile(text, environment);
    }

    /** @throws InstantiationException if a constant can't be computed */
    public static Program of(CheckedExpr checked, Environment environment) throws InstantiationException {
        return checked.deep() ? DeepStack.run(() -> plan(checked, environment)) : plan(checked, environment);
    }

    private static Program plan(CheckedExpr checked, Environment environment) throws InstantiationException {
        Planner planner = new Planner(checked, environment);
        try {
            return new Program(checked, planner.plan(), planner.slots());
        } catch (Planner.ConstantException e) {
            throw new InstantiationException(e);
        }
    }

    public CelType resultType() {
        return checked.resultType();
    }

    /** The variables that it refers to. */
    public Set<String> variables() {
        return checked.variables();
    }

    /** What an evaluation may cost at most. */
    public SizeRange estimate(SizeHints hints) {
        return checked.deep()
                ? DeepStack.run(() -> CostEstimator.estimate(checked, hints))
                : CostEstimator.estimate(checked, hints);
    }

    public Outcome evaluate(Map<String, Object> variables) {
        return Work.bounded(() -> run(variables));
    }

    private Outcome run(Map<String, Object> variables) {
        Frame frame = new Frame(variables, slots, COST_LIMIT);
        try {
            Object value = root.evaluate(frame);
            return new Outcome(value, frame.spent(), false);
        } catch (Frame.CostExceededException e) {
            return new Outcome(new CelError(String.valueOf(e.getMessage())), frame.spent(), true);
        } catch (Work.ExceededException e) {
            return new Outcome(new CelError(e.text()), frame.spent(), true);
        }
    }
}
