/**
 * What acts on a cluster through its API alone.
 *
 * <ul>
 *   <li>{@link io.kybern.operators.controller}: the controllers; what they share (queue, claiming, expectations) and a
 *       package for each
 *   <li>{@link io.kybern.operators.informer}: one cache per kind, shared by all of them
 *   <li>{@link io.kybern.operators.metadata}: every resource of a server, whatever its kind, by its metadata
 *   <li>{@link io.kybern.operators.event}: Events that tell people what was done and what failed
 * </ul>
 */
@NullMarked
package io.kybern.operators;

import org.jspecify.annotations.NullMarked;
