package io.kybern.fuzz;

import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Tries a law with the inputs of many seeds. System properties: {@code fuzz.seconds} tries each law for so long with seeds
 * that are new each time, {@code fuzz.seed} tries one seed alone; without them the same seeds each time, as many as
 * the law says. A case that takes longer than {@link #LIMIT} has failed, too.
 */
public final class Fuzz {
    /** How long a case may take, on a machine that has other things to do. */
    public static final Duration LIMIT = Duration.ofSeconds(30);

    /** In bytes, as the server's threads have it. */
    private static final long STACK = 512 << 10;

    private static final Duration PROGRESS = Duration.ofSeconds(10);
    private static final Duration SHRINKING = Duration.ofSeconds(10);

    private final String name;
    private final Law law;
    private final Worker worker = new Worker();

    private Fuzz(String name, Law law) {
        this.name = name;
        this.law = law;
    }

    /** What must not throw, whatever the source makes. */
    @FunctionalInterface
    public interface Law {
        void check(Source source) throws Exception;
    }

    /**
     * Checks the law.
     *
     * @param tries how many inputs where nothing else is asked for
     * @throws AssertionError with the seed, the smallest input that was found to fail, and why it does
     */
    public static void check(int tries, Law law) {
        StackWalker.StackFrame caller =
                StackWalker.getInstance().walk(s -> s.skip(1).findFirst().orElseThrow());
        String type = caller.getClassName();
        Fuzz fuzz = new Fuzz(type.substring(type.lastIndexOf('.') + 1) + "." + caller.getMethodName(), law);
        try {
            fuzz.run(tries);
        } finally {
            fuzz.worker.stop();
        }
    }

    private void run(int tries) {
        Long seed = Long.getLong("fuzz.seed");
        long seconds = Long.getLong("fuzz.seconds", 0);
        if (seed != null) {
            tryOne(seed);
        } else if (seconds > 0) {
            runFor(Duration.ofSeconds(seconds));
        } else {
            for (long i = 0; i < tries; i++) {
                tryOne(i);
            }
        }
    }

    private void runFor(Duration time) {
        long first = ThreadLocalRandom.current().nextLong(1L << 40);
        long begin = System.nanoTime();
        long told = begin;
        long cases = 0;
        say("seeds from " + first);
        while (System.nanoTime() - begin < time.toNanos()) {
            tryOne(first + cases++);
            if (System.nanoTime() - told > PROGRESS.toNanos()) {
                told = System.nanoTime();
                say(cases + " cases, " + (told - begin) / 1_000_000_000L + " of " + time.toSeconds() + " s");
            }
        }
        say(cases + " cases, all good");
    }

    private void say(String what) {
        System.out.println("fuzz: " + name + ": " + what);
    }

    private void tryOne(long seed) {
        Source source = Source.of(seed);
        Throwable failure = worker.run(source);
        if (failure == null) {
            return;
        }
        say("seed " + seed + " fails");
        boolean stuck = failure instanceof Stuck;
        Case smallest = new Case(source, failure);
        if (!stuck) {
            smallest = new Shrinking(smallest, worker::run, System.nanoTime() + SHRINKING.toNanos()).smallest();
        }
        StringBuilder report =
                new StringBuilder(name).append(" fails with -Dfuzz.seed=").append(seed);
        smallest.source()
                .notes()
                .forEach((what, value) ->
                        report.append("\n  ").append(what).append(" = ").append(value));
        throw new AssertionError(report.append("\n").append(smallest.failure()).toString(), smallest.failure());
    }

    /** An input and how the law fails with it. */
    record Case(Source source, Throwable failure) {}

    /** Why a case that does not end has failed: where it was. */
    private static final class Stuck extends AssertionError {
        private static final long serialVersionUID = 1;

        Stuck(StackTraceElement[] trace) {
            super("still running after " + LIMIT.toSeconds() + " s, at " + (trace.length > 0 ? trace[0] : "its end"));
            setStackTrace(trace);
        }
    }

    /** The thread that cases run on, so that another can wait for them with patience that ends. */
    private final class Worker {
        private final LinkedBlockingQueue<Runnable> tasks = new LinkedBlockingQueue<>();
        private @Nullable Thread thread;

        /** How the case fails; null if it does not. */
        @Nullable Throwable run(Source source) {
            FutureTask<Void> task = new FutureTask<>(() -> {
                law.check(source);
                return null;
            });
            Thread runner = thread();
            tasks.add(task);
            try {
                task.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
                return null;
            } catch (ExecutionException e) {
                return e.getCause();
            } catch (TimeoutException e) {
                Stuck stuck = new Stuck(runner.getStackTrace());
                task.cancel(true);
                thread = null;
                return stuck;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new CancellationException();
            }
        }

        private Thread thread() {
            Thread known = thread;
            if (known == null) {
                known = new Thread(null, this::work, "fuzz-" + name, STACK);
                known.setDaemon(true);
                known.start();
                thread = known;
            }
            return known;
        }

        private void work() {
            try {
                while (true) {
                    tasks.take().run();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        void stop() {
            if (thread != null) {
                thread.interrupt();
            }
        }
    }

    /** Looks for a smaller row of choices that fails: leaves some out, then makes each smaller. */
    private static final class Shrinking {
        private final Function<Source, @Nullable Throwable> run;
        private final long end;
        private Case best;

        Shrinking(Case first, Function<Source, @Nullable Throwable> run, long end) {
            this.best = first;
            this.run = run;
            this.end = end;
        }

        Case smallest() {
            boolean better = true;
            while (better && System.nanoTime() < end) {
                better = leaveOut() | lower();
            }
            return best;
        }

        private boolean leaveOut() {
            boolean better = false;
            for (int length = Math.max(1, best.source().choices().length / 2); length > 0; length /= 2) {
                for (int at = best.source().choices().length - length; at >= 0; at -= length) {
                    int[] all = best.source().choices();
                    if (at + length <= all.length) {
                        int[] rest = new int[all.length - length];
                        System.arraycopy(all, 0, rest, 0, at);
                        System.arraycopy(all, at + length, rest, at, rest.length - at);
                        better |= fails(rest);
                    }
                }
            }
            return better;
        }

        private boolean lower() {
            boolean better = false;
            for (int at = 0; at < best.source().choices().length; at++) {
                for (int value : new int[] {
                    0, best.source().choices()[at] / 2, best.source().choices()[at] - 1
                }) {
                    int[] all = best.source().choices();
                    if (at < all.length && value >= 0 && value < all[at]) {
                        all[at] = value;
                        better |= fails(all);
                    }
                }
            }
            return better;
        }

        private boolean fails(int[] choices) {
            if (System.nanoTime() > end) {
                return false;
            }
            Source source = Source.replaying(choices);
            Throwable failure = run.apply(source);
            if (failure == null
                    || failure instanceof Stuck
                    || !isSmaller(source.choices(), best.source().choices())) {
                return false;
            }
            best = new Case(source, failure);
            return true;
        }

        private static boolean isSmaller(int[] some, int[] others) {
            if (some.length != others.length) {
                return some.length < others.length;
            }
            int differing = java.util.Arrays.mismatch(some, others);
            return differing >= 0 && some[differing] < others[differing];
        }
    }
}
