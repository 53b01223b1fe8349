/** Notices nodes that fall silent, keeps new pods off them, and moves their pods away. */
@NullMarked
package io.kybern.operators.controller.nodelifecycle;

import org.jspecify.annotations.NullMarked;
