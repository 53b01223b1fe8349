package io.kybern.conformance.bench.load;

import java.time.Duration;

/**
 * What the clients saw.
 *
 * @param interruptions how often the server ended what should have gone on
 */
public record Outcome(long operations, Duration elapsed, Latencies latencies, long interruptions) {}
