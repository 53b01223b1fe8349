/**
 * The kinds of work that are measured, a constant of {@link io.kybern.conformance.bench.scenario.ScenarioName} each: what data it
 * needs, what its clients ask, and how many times the original's rate is the goal.
 */
package io.kybern.conformance.bench.scenario;
