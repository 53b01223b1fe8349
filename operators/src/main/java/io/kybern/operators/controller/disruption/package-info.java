/** How many pods of a PodDisruptionBudget may be evicted now. */
@NullMarked
package io.kybern.operators.controller.disruption;

import org.jspecify.annotations.NullMarked;
