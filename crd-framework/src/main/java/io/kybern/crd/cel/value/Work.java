package io.kybern.crd.cel.value;

import io.kybern.crd.pace.Pace;
import java.util.function.Supplier;

/**
 * What an evaluation does beyond what its cost tells: comparing two lists costs by their lengths, though each may have the same long
 * list in it a million times over, and replacing costs by the text that it is done in, whatever comes of it. Functions say what they are
 * going to do; too much of it ends the evaluation as too much cost does, and much of it lets the other virtual threads run in between.
 *
 * <p>The unit is what takes some nanoseconds: a step of an automaton, a character or an element that is looked at.
 */
public final class Work {
    private static final long LIMIT = 2_000_000_000;
    private static final long AT_A_TIME = 200_000;

    /** For each element that is compared. */
    private static final long ELEMENT = 20;

    /** For each character of a text that is made: it also takes memory. */
    private static final long CHARACTER = 50;

    private static final ThreadLocal<Work> CURRENT = new ThreadLocal<>();

    private long left = LIMIT;
    private long next = LIMIT - AT_A_TIME;

    private Work() {}

    /** The evaluation does too much. */
    public static final class ExceededException extends RuntimeException {
        private static final long serialVersionUID = 1;

        ExceededException() {
            super("operation cancelled: actual cost limit exceeded", null, false, false);
        }

        public String text() {
            return String.valueOf(getMessage());
        }
    }

    /** Evaluates something within one limit, that of who has set one already on this thread. */
    public static <T> T bounded(Supplier<T> evaluation) {
        if (CURRENT.get() != null) {
            return evaluation.get();
        }
        CURRENT.set(new Work());
        try {
            return evaluation.get();
        } finally {
            CURRENT.remove();
        }
    }

    /** @throws ExceededException if that is more than there is */
    public static void spend(long units) {
        Work current = CURRENT.get();
        if (current != null) {
            current.take(units);
        } else if (units > LIMIT) {
            throw new ExceededException();
        }
    }

    /** @throws ExceededException if there is no time to look at so many elements */
    public static void look(long elements) {
        spend(elements * ELEMENT);
    }

    /**
     * Is said before a text is made.
     *
     * @throws ExceededException if it is longer than any may be
     */
    public static void write(long characters) {
        spend(characters > LIMIT ? characters : characters * CHARACTER);
    }

    private void take(long units) {
        if (units > left) {
            throw new ExceededException();
        }
        left -= units;
        if (left < next) {
            next = left - AT_A_TIME;
            Pace.letOthersRun();
        }
    }
}
