/** Deletes what lost its last owner, and makes owners wait for what they own, over all resources. */
@NullMarked
package io.kybern.operators.controller.garbagecollector;

import org.jspecify.annotations.NullMarked;
