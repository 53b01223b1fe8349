package io.kybern.conformance.bench;

import io.kybern.conformance.bench.scenario.Scenario;
import java.io.PrintStream;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Tells the figures, a line a turn and the medians in the end. */
final class Report {
    private static final String LINE =
            "%-8s %-9s %,12.1f %s/s   p50 %7.2f ms   p99 %8.2f ms   CPU %9.1f µs each   RSS %5d MiB%s%n";

    private final PrintStream out;

    Report(PrintStream out) {
        this.out = out;
    }

    void title(Scenario scenario) {
        out.println(scenario.title());
    }

    void turn(int round, Contestant contestant, Scenario scenario, Sample sample) {
        line("round " + round, contestant, scenario, sample);
    }

    void result(Scenario scenario, Map<Contestant, List<Sample>> samples) {
        Map<Contestant, Sample> medians = new EnumMap<>(Contestant.class);
        samples.forEach((contestant, all) -> medians.put(contestant, Sample.median(all)));
        medians.forEach((contestant, sample) -> line("median", contestant, scenario, sample));
        Sample kybern = medians.get(Contestant.KYBERN);
        Sample upstream = medians.get(Contestant.UPSTREAM);
        if (kybern != null && upstream != null) {
            double rate = kybern.rate() / upstream.rate();
            double cpu =
                    (double) upstream.cpu().toNanos() / Math.max(1, kybern.cpu().toNanos());
            out.printf(
                    Locale.ROOT,
                    "ratio    kybern does %.2f times the %s of the original (goal %.0f) and needs 1/%.2f of its CPU for each%n",
                    rate,
                    scenario.unit(),
                    scenario.goal(),
                    cpu);
        }
    }

    private void line(String what, Contestant contestant, Scenario scenario, Sample sample) {
        out.printf(
                Locale.ROOT,
                LINE,
                what,
                contestant.name().toLowerCase(Locale.ROOT),
                sample.rate(),
                scenario.unit(),
                millis(sample.median()),
                millis(sample.slowest()),
                sample.cpu().toNanos() / 1e3,
                sample.residentBytes() >> 20,
                sample.interruptions() == 0 ? "" : "   " + sample.interruptions() + " watches ended by the server");
    }

    private static double millis(Duration duration) {
        return duration.toNanos() / 1e6;
    }
}
