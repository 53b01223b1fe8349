package io.kybern.crd.cel.syntax;

import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * Lets deep expressions be read by recursion also where the caller's stack is small: a server's threads have 512 KiB, of
 * which the grammar takes a dozen frames for each level, and those of code not yet compiled are large.
 */
public final class DeepStack {
    private static final String NESTING = "([{!-?+*/%.";

    /** The most signs of {@link #NESTING} that any stack is enough for. */
    private static final int FEW = 40;

    private static final long BYTES = 16 << 20;

    /** @param <E> what may go wrong beside errors and unchecked exceptions */
    @FunctionalInterface
    public interface Work<T, E extends Exception> {
        T run() throws E;
    }

    private DeepStack() {}

    /** Whether an expression may be so deep that it wants a stack of its own. */
    static boolean isWantedFor(String expression) {
        int signs = 0;
        for (int i = 0; i < expression.length(); i++) {
            signs += NESTING.indexOf(expression.charAt(i)) >= 0 ? 1 : 0;
        }
        return signs > FEW;
    }

    /** Does work on a stack that is deep enough for any expression that is short enough to be read. */
    public static <T, E extends Exception> T run(Work<T, E> work) throws E {
        FutureTask<T> task = new FutureTask<>(work::run);
        Thread thread = new Thread(null, task, "cel-compiler", BYTES);
        thread.setDaemon(true);
        thread.start();
        return result(task);
    }

    /** The work ends by itself: an interruption waits for it. */
    private static <T, E extends Exception> T result(FutureTask<T> task) throws E {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return task.get();
                } catch (InterruptedException e) {
                    interrupted = true;
                } catch (ExecutionException e) {
                    throw DeepStack.<E>failure(Objects.requireNonNull(e.getCause()));
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @SuppressWarnings("unchecked") // work throws nothing checked but E
    private static <E extends Exception> E failure(Throwable cause) {
        if (cause instanceof Error error) {
            throw error;
        }
        if (cause instanceof RuntimeException unchecked) {
            throw unchecked;
        }
        return (E) cause;
    }
}
