/**
 * The plugins of the default profile, one file each, all alike: name, pre-filter, filter, score, queueing hints.
 * {@link io.kybern.operators.scheduler.plugin.DefaultProfile} is the list.
 */
@NullMarked
package io.kybern.operators.scheduler.plugin;

import org.jspecify.annotations.NullMarked;
