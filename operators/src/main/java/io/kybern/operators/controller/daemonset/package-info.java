/** A pod of each DaemonSet on every node that suits it. */
@NullMarked
package io.kybern.operators.controller.daemonset;

import org.jspecify.annotations.NullMarked;
