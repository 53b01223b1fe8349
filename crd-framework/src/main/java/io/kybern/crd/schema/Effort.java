package io.kybern.crd.schema;

import io.kybern.crd.pace.Pace;

/**
 * What it takes to check one object. Much of it lets the other virtual threads run in between, as nothing else interrupts them; more
 * than any object needs is refused: a schema of megabytes and an object of megabytes may name each other's parts in 10^13 ways.
 * Confined to its thread.
 */
final class Effort {
    /** One step of an automaton that matches a regular expression, a few nanoseconds. */
    private static final long LIMIT = 2_000_000_000;

    private static final long AT_A_TIME = 200_000;

    /** Looking at one value with one schema, in such steps. */
    static final int VALUE = 50;

    private final long limit;
    private final Runnable pause;
    private long spent;
    private long next = AT_A_TIME;

    /** @param pause lets others run */
    Effort(long limit, Runnable pause) {
        this.limit = limit;
        this.pause = pause;
    }

    static Effort ofObject() {
        return new Effort(LIMIT, Pace::letOthersRun);
    }

    /** The object takes too much. */
    static final class TooMuchException extends RuntimeException {
        private static final long serialVersionUID = 1;

        TooMuchException() {
            super(null, null, false, false);
        }
    }

    /** @throws TooMuchException if that is more than there is */
    void spend(long steps) {
        if (steps > limit - spent) {
            throw new TooMuchException();
        }
        spent += steps;
        if (spent >= next) {
            next = spent + AT_A_TIME;
            pause.run();
        }
    }
}
