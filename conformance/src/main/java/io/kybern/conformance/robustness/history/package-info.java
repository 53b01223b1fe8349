/** What clients of a server have done and seen, as values: what was asked and answered when, and what watches have shown. */
@NullMarked
package io.kybern.conformance.robustness.history;

import org.jspecify.annotations.NullMarked;
