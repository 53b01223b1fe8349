/**
 * The objects of a resource in memory as they go over the wire, fed by a watch of the store.
 *
 */
@NullMarked
package io.kybern.apiserver.storage.cache;

import org.jspecify.annotations.NullMarked;
