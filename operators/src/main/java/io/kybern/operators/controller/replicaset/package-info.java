/** Keeps as many pods of a ReplicaSet alive as it asks for. */
@NullMarked
package io.kybern.operators.controller.replicaset;

import org.jspecify.annotations.NullMarked;
