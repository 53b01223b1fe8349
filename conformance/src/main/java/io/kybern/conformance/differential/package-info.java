/**
 * The same mutated requests to Kybern and to the original, and where their answers differ: {@code ./kybern differ}. Objects
 * come from the golden recordings; {@link io.kybern.conformance.differential.Mutation} changes them by a seed, so that a
 * case can be sent again.
 */
@org.jspecify.annotations.NullMarked
package io.kybern.conformance.differential;
