/** Events for people to read, recorded in the background, with repetitions counted and floods dropped. */
@NullMarked
package io.kybern.operators.event;

import org.jspecify.annotations.NullMarked;
