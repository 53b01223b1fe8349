package io.kybern.apiserver.storage.etcd;

import io.kybern.apiserver.storage.ResourceStore;
import io.kybern.apiserver.storage.ResourceStoreContract;
import io.kybern.apiserver.storage.cache.CachedResource;
import io.kybern.apiserver.storage.cache.WatchCache;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

class EtcdCacheContractTest extends ResourceStoreContract {
    static final CachedResource PODS = new CachedResource(
            "/registry/pods/",
            true,
            Optional.empty(),
            Optional.empty(),
            Optional.of(value -> {
                throw new AssertionError("what this process has written comes back with its attachment");
            }),
            UnaryOperator.identity(),
            CachedResource.JSON_SIZE);

    @TempDir
    private Path directory;

    private EtcdProcess etcd;
    private EtcdStore store;
    private WatchCache cache;

    @BeforeEach
    void open() {
        etcd = EtcdProcess.start(directory);
        store = etcd.open();
        cache = new WatchCache(store, PODS, InstantSource.system());
        cache.load();
    }

    @AfterEach
    void close() {
        if (cache != null) {
            cache.close();
            store.close();
        }
        if (etcd != null) {
            etcd.close();
        }
    }

    @Override
    protected ResourceStore store() {
        return cache;
    }
}
