package io.kybern.crd.cel.program;

import io.kybern.crd.cel.value.CelError;
import io.kybern.crd.pace.Pace;
import java.util.Map;

/** One evaluation: the variables, the values that loops name, and what has been spent. Confined to its thread. */
final class Frame {
    /** What is spent before other virtual threads may run: some milliseconds. */
    private static final long AT_A_TIME = 5_000;

    private final Map<String, Object> variables;
    private final long limit;
    private long spent;
    final Object[] locals;

    Frame(Map<String, Object> variables, int locals, long limit) {
        this.variables = variables;
        this.locals = new Object[locals];
        this.limit = limit;
    }

    /** The evaluation costs more than it may. */
    static final class CostExceededException extends RuntimeException {
        private static final long serialVersionUID = 1;

        CostExceededException() {
            super("operation cancelled: actual cost limit exceeded", null, false, false);
        }
    }

    Object variable(String name) {
        Object value = variables.get(name);
        return value == null ? new CelError("no such attribute(s): " + name) : value;
    }

    void spend(long cost) {
        long before = spent;
        spent += cost;
        if (spent > limit) {
            throw new CostExceededException();
        }
        if (before / AT_A_TIME != spent / AT_A_TIME) {
            Pace.letOthersRun();
        }
    }

    /** @throws CostExceededException if there is not so much left */
    void checkRoom(long cost) {
        if (cost > limit - spent) {
            throw new CostExceededException();
        }
    }

    long spent() {
        return spent;
    }
}
