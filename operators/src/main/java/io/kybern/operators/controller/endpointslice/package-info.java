/** Tells which pods stand behind a Service. */
@NullMarked
package io.kybern.operators.controller.endpointslice;

import org.jspecify.annotations.NullMarked;
