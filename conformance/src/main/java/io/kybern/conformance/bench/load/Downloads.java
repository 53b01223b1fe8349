package io.kybern.conformance.bench.load;

import io.kybern.conformance.bench.figure.Figure;
import io.kybern.conformance.bench.figure.Figures;
import java.time.Duration;

/** A closed loop of large answers, whose bytes are counted, too. */
public record Downloads(ClosedLoop loop) implements Load {
    @Override
    public Outcome run(Duration duration) {
        long before = loop.received();
        Outcome outcome = loop.run(duration);
        double mebibytes = (loop.received() - before) / (double) (1 << 20);
        Figures more = Figures.none()
                .with(Figure.THROUGHPUT, mebibytes * 1e9 / outcome.elapsed().toNanos());
        return new Outcome(outcome.operations(), outcome.elapsed(), outcome.latencies(), more);
    }

    @Override
    public void close() {
        loop.close();
    }
}
