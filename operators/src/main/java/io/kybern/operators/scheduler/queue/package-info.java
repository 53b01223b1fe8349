/** Pods that wait for a node, and what may wake those that found none. */
@NullMarked
package io.kybern.operators.scheduler.queue;

import org.jspecify.annotations.NullMarked;
