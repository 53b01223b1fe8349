/**
 * Former pod templates of StatefulSets and DaemonSets, kept in ControllerRevisions, so that {@code kubectl rollout undo} finds
 * them and a pod can be made again as it was.
 */
@NullMarked
package io.kybern.operators.controller.history;

import org.jspecify.annotations.NullMarked;
