package io.kybern.apiserver.storage.embedded;

import io.kybern.apiserver.storage.KeyValueStore;
import io.kybern.apiserver.storage.KeyValueStoreContract;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedStoreContractTest extends KeyValueStoreContract {
    @TempDir
    private Path directory;

    private EmbeddedStore store;

    @BeforeEach
    void open() {
        store = EmbeddedStore.open(EmbeddedOptions.of(directory));
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Override
    protected KeyValueStore store() {
        return store;
    }
}
