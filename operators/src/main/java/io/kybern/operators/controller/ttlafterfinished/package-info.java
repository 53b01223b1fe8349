/** Deletes Jobs some time after they finished. */
@NullMarked
package io.kybern.operators.controller.ttlafterfinished;

import org.jspecify.annotations.NullMarked;
