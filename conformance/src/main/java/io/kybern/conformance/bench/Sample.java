package io.kybern.conformance.bench;

import io.kybern.conformance.bench.load.Outcome;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;

/**
 * What one turn of a server gave.
 *
 * @param rate operations a second
 * @param cpu of the server an operation
 * @param interruptions how often the server ended what should have gone on
 */
record Sample(double rate, Duration median, Duration slowest, Duration cpu, long residentBytes, long interruptions) {
    static Sample of(Outcome outcome, ProcessCost before, ProcessCost after) {
        long operations = Math.max(1, outcome.operations());
        return new Sample(
                outcome.operations() * 1e9 / outcome.elapsed().toNanos(),
                outcome.latencies().quantile(0.5),
                outcome.latencies().quantile(0.99),
                after.cpu().minus(before.cpu()).dividedBy(operations),
                after.residentBytes(),
                outcome.interruptions());
    }

    /** Each figure's own median. */
    static Sample median(List<Sample> samples) {
        return new Sample(
                middle(samples, Sample::rate),
                middle(samples, Sample::median),
                middle(samples, Sample::slowest),
                middle(samples, Sample::cpu),
                middle(samples, Sample::residentBytes),
                middle(samples, Sample::interruptions));
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
