package io.kybern.conformance.bench.scenario;

import io.kybern.conformance.bench.figure.Figure;
import io.kybern.conformance.bench.figure.Figures;
import io.kybern.conformance.bench.load.Load;
import io.kybern.conformance.bench.load.Outcome;
import io.kybern.conformance.process.ServerProcess;
import java.io.IOException;
import java.time.Duration;

/** A turn of load on a server, and what its processes use for it. */
final class Turn {
    private Turn() {}

    /** @param idle what the server had used when its data was there and nobody asked yet */
    static Figures of(ServerProcess server, Load load, ProcessCost idle, Duration duration) throws IOException {
        try (MemoryPeak peak = MemoryPeak.of(server)) {
            ProcessCost before = ProcessCost.of(server);
            Outcome outcome = load.run(duration);
            ProcessCost after = ProcessCost.of(server);
            Figures figures = ProcessCost.between(before, after, outcome.operations(), outcome.figures());
            return after.known()
                    ? figures.with(Figure.GROWTH, Math.max(0, peak.mebibytes() - idle.residentMebibytes()))
                    : figures;
        }
    }
}
