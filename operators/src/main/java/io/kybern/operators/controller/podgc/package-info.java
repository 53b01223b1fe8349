/** Removes pods that nobody else will. */
@NullMarked
package io.kybern.operators.controller.podgc;

import org.jspecify.annotations.NullMarked;
