package io.kybern.conformance.bench.load;

import io.kybern.conformance.bench.figure.Figure;
import io.kybern.conformance.bench.figure.Figures;
import java.time.Duration;

/**
 * What the clients saw.
 *
 * @param more figures that only this kind of work has
 */
public record Outcome(long operations, Duration elapsed, Latencies latencies, Figures more) {
    public Outcome(long operations, Duration elapsed, Latencies latencies) {
        this(operations, elapsed, latencies, Figures.none());
    }

    /** All of it. */
    public Figures figures() {
        return more.with(Figure.RATE, operations * 1e9 / elapsed.toNanos())
                .with(Figure.MEDIAN, latencies.quantile(0.5).toNanos() / 1e6)
                .with(Figure.SLOWEST, latencies.quantile(0.99).toNanos() / 1e6);
    }
}
