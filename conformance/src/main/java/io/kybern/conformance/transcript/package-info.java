/**
 * What kubectl says: commands with their input, and the output that they have against the original. A recorder writes them, a
 * test reads them.
 */
@org.jspecify.annotations.NullMarked
package io.kybern.conformance.transcript;
