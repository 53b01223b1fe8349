package io.kybern.conformance.bench;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;

/**
 * What one turn of a server gave.
 *
 * @param rate operations a second
 * @param cpu of the server an operation
 */
record Sample(double rate, Duration median, Duration slowest, Duration cpu, long residentBytes) {
    static Sample of(Scenario.Outcome outcome, ProcessCost before, ProcessCost after) {
        long operations = Math.max(1, outcome.operations());
        return new Sample(
                outcome.operations() * 1e9 / outcome.elapsed().toNanos(),
                outcome.latencies().quantile(0.5),
                outcome.latencies().quantile(0.99),
                after.cpu().minus(before.cpu()).dividedBy(operations),
                after.residentBytes());
    }

    /** Each figure's own median. */
    static Sample median(List<Sample> samples) {
        return new Sample(
                middle(samples, Sample::rate),
                middle(samples, Sample::median),
                middle(samples, Sample::slowest),
                middle(samples, Sample::cpu),
                middle(samples, Sample::residentBytes));
    }

    private static <T extends Comparable<T>> T middle(List<Sample> samples, Function<Sample, T> figure) {
        return samples.stream()
                .map(figure)
                .sorted(Comparator.naturalOrder())
                .skip(samples.size() / 2)
                .findFirst()
                .orElseThrow();
    }
}
