/**
 * What a plugin of the scheduler can take part in, as upstream's scheduling framework (KEP-624) has it. The state that
 * upstream passes from one point to the next in a map is here an object: {@code preFilter} answers the filter of this
 * pod, {@code preScore} its scorer.
 *
 * <pre>
 *   preEnqueue │ preFilter → filter → (nobody fits: postFilter) │ preScore → score → normalize │ reserve → permit │ preBind → bind
 * </pre>
 */
@NullMarked
package io.kybern.operators.scheduler.framework;

import org.jspecify.annotations.NullMarked;
