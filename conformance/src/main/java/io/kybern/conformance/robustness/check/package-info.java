/**
 * Whether a history can have come from a server that keeps its promises.
 *
 * <p>Revisions make this simple: they order all writes, so nothing has to be searched for. {@link
 * io.kybern.conformance.robustness.check.Checker} first puts together which revision did what to which object, from all that
 * anybody was told ({@code Timeline}); then looks whether each change was made by one operation that may have made it ({@code
 * Authors}), whether one moment for each change fits what all saw when ({@code Moments}, {@code Reads}), and whether each watch has
 * shown just the changes that it had to ({@code Watches}).
 */
@NullMarked
package io.kybern.conformance.robustness.check;

import org.jspecify.annotations.NullMarked;
