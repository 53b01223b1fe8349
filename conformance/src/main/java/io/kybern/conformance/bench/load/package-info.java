/**
 * Clients that keep a server busy, and what they saw: a {@link io.kybern.conformance.bench.load.Load} is connected first, works for a
 * given time, and tells an {@link io.kybern.conformance.bench.load.Outcome}.
 */
package io.kybern.conformance.bench.load;
