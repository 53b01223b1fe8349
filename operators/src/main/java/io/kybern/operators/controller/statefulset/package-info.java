/** Pods of StatefulSets, each with a name and volumes of its own, in their order. */
@NullMarked
package io.kybern.operators.controller.statefulset;

import org.jspecify.annotations.NullMarked;
