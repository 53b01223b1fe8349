/**
 * From the durable key space to objects of a kind.
 *
 * <ul>
 *   <li>{@link io.kybern.apiserver.storage.KeyValueStore}: the truth, shaped like etcd; {@code embedded} is one.
 *   <li>{@link io.kybern.apiserver.storage.ResourceStore}: the objects of one resource; {@code cache} is the one that
 *       serves reads and watches from wire bytes in memory.
 *   <li>{@link io.kybern.apiserver.storage.EncodedObject} and {@link io.kybern.apiserver.storage.StoredObject}: an object
 *       before and after its revision is known.
 *   <li>{@link io.kybern.apiserver.storage.OrderedMap}: the immutable map behind free snapshots.
 * </ul>
 */
@NullMarked
package io.kybern.apiserver.storage;

import org.jspecify.annotations.NullMarked;
