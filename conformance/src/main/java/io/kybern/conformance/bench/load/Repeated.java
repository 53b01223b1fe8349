package io.kybern.conformance.bench.load;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.IntFunction;

/** Callers that each do the same again as soon as it is done, a virtual thread each. */
public final class Repeated {
    private Repeated() {}

    /** What blocks until it is done. */
    @FunctionalInterface
    public interface Operation {
        void run() throws Exception;
    }

    /** @param operation of each caller, by the numbers from 0 */
    public static Outcome run(int callers, Duration duration, IntFunction<Operation> operation) {
        long begin = System.nanoTime();
        long end = begin + duration.toNanos();
        List<Callable<Latencies>> tasks = new ArrayList<>();
        for (int i = 0; i < callers; i++) {
            Operation own = operation.apply(i);
            tasks.add(() -> repeat(own, end));
        }
        Latencies all = Latencies.of(Together.run(tasks));
        return new Outcome(all.count(), Duration.ofNanos(System.nanoTime() - begin), all);
    }

    private static Latencies repeat(Operation operation, long end) throws Exception {
        Latencies latencies = new Latencies();
        for (long now = System.nanoTime(); now < end; ) {
            operation.run();
            long then = now;
            now = System.nanoTime();
            latencies.add(now - then);
        }
        return latencies;
    }
}
