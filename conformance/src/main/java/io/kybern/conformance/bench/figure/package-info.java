/** What is measured, in which unit, and what it should come to. */
package io.kybern.conformance.bench.figure;
