/** Microbenchmarks: what a step of a request costs for one object, in time and in bytes that it allocates. */
package io.kybern.conformance.jmh;
