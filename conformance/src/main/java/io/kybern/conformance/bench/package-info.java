/**
 * What Kybern and the original cost for the same work, side by side in one run: {@code kybern bench SCENARIO}. A
 * {@link io.kybern.conformance.bench.scenario.Scenario} says what the work is, {@link io.kybern.conformance.bench.Contest} who does it
 * when, {@link io.kybern.conformance.bench.Report} what came out.
 */
package io.kybern.conformance.bench;
