/** Pods and resources as the scheduler sees them: small, immutable, computed once per version of the object. */
@NullMarked
package io.kybern.operators.scheduler.pod;

import org.jspecify.annotations.NullMarked;
