package io.kybern.conformance.bench.load;

import java.time.Duration;

/** Nobody asks anything. */
public final class Rest implements Load {
    @Override
    public Outcome run(Duration duration) {
        long begin = System.nanoTime();
        try {
            Thread.sleep(duration);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LoadException("interrupted", e);
        }
        return new Outcome(1, Duration.ofNanos(System.nanoTime() - begin), new Latencies());
    }

    @Override
    public void close() {}
}
