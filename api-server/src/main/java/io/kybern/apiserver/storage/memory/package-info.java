/** A store that ends with its process, for servers within tests: nothing to open, nothing to wait for, nothing left behind. */
@NullMarked
package io.kybern.apiserver.storage.memory;

import org.jspecify.annotations.NullMarked;
