package io.kybern.apiserver.storage.embedded;

import io.kybern.apiserver.storage.KeyValueStore.StorageUnavailableException;
import org.jspecify.annotations.Nullable;

/** How a transaction ended. */
sealed interface Outcome {
    record Committed(long revision) implements Outcome {}

    record Conflict(String key, @Nullable KeyState actual) implements Outcome {}

    record Failed(StorageUnavailableException cause) implements Outcome {}
}
