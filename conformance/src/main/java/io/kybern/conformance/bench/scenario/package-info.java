/**
 * The kinds of work that are measured, a class each: {@link io.kybern.conformance.bench.scenario.Scenarios} lists them. Most are
 * clients of an API server ({@code ServerScenario}): what data there is, what the clients ask, and what the figures should come to.
 */
package io.kybern.conformance.bench.scenario;
