package io.kybern.apiserver.storage.etcd;

import io.kybern.apiserver.storage.KeyValueStore;
import io.kybern.apiserver.storage.KeyValueStoreContract;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

class EtcdStoreContractTest extends KeyValueStoreContract {
    @TempDir
    private Path directory;

    private EtcdProcess etcd;
    private EtcdStore store;

    @BeforeEach
    void open() {
        etcd = EtcdProcess.start(directory);
        store = etcd.open();
    }

    @AfterEach
    void close() {
        if (store != null) {
            store.close();
        }
        if (etcd != null) {
            etcd.close();
        }
    }

    @Override
    protected KeyValueStore store() {
        return store;
    }
}
