/** Kybern's API server replays the recordings. */
package io.kybern.conformance.golden;
