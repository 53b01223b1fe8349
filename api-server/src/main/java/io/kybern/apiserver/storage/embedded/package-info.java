/**
 * The store inside the process, on RocksDB: no other server is needed.
 *
 * <p>{@link io.kybern.apiserver.storage.embedded.EmbeddedStore} is the face; {@code Committer} is the one thread that
 * writes; {@code VersionedData} is the layout on disk; {@code Watchers} routes changes; {@code Leases} knows which keys end
 * when.
 */
@NullMarked
package io.kybern.apiserver.storage.embedded;

import org.jspecify.annotations.NullMarked;
