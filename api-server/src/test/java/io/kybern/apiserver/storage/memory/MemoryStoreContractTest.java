package io.kybern.apiserver.storage.memory;

import io.kybern.apiserver.storage.KeyValueStore;
import io.kybern.apiserver.storage.KeyValueStoreContract;
import java.time.Duration;
import java.time.InstantSource;
import org.junit.jupiter.api.AfterEach;

class MemoryStoreContractTest extends KeyValueStoreContract {
    private final MemoryStore store = new MemoryStore(Duration.ofMinutes(5), InstantSource.system());

    @AfterEach
    void close() {
        store.close();
    }

    @Override
    protected KeyValueStore store() {
        return store;
    }
}
