/** Nodes with what runs on them, in blocks of 64: {@link NodeCache} is told, {@link Snapshot} is what a cycle sees. */
@NullMarked
package io.kybern.operators.scheduler.node;

import org.jspecify.annotations.NullMarked;
