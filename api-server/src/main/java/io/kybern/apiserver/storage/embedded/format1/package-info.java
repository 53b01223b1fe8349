/** Reads data directories of format 1, whose files are RocksDB's, so that they can be converted. */
@NullMarked
package io.kybern.apiserver.storage.embedded.format1;

import org.jspecify.annotations.NullMarked;
