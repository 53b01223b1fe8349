/**
 * The store inside the process: no other server is needed.
 *
 * <p>{@link io.kybern.apiserver.storage.embedded.EmbeddedStore} is the face; {@code Committer} is the one thread that
 * writes; {@code VersionedData} is what it writes: a {@code Log} of {@code
 * Segment}s, of which {@code Cleaner} gives back what nobody wants any more; {@code Watchers} routes changes; {@code Leases} knows which keys end
 * when.
 */
@NullMarked
package io.kybern.apiserver.storage.embedded;

import org.jspecify.annotations.NullMarked;
