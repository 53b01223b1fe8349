package io.kybern.apiserver.storage.etcd;

import io.kybern.apiserver.storage.KeyValueStore.StorageUnavailableException;
import io.kybern.etcd.Etcd;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** A real etcd, and stores in it. */
final class EtcdProcess implements AutoCloseable {
    private static final Duration HISTORY = Duration.ofHours(1);

    private final Etcd etcd;

    private EtcdProcess(Etcd etcd) {
        this.etcd = etcd;
    }

    static EtcdProcess start(Path directory, String... more) {
        return new EtcdProcess(Etcd.start(directory, more));
    }

    URI endpoint() {
        return etcd.endpoint();
    }

    /** On all keys, compacting nothing by itself. */
    EtcdOptions options(int remembered) {
        return options(List.of(etcd.endpoint()), remembered);
    }

    /** The same of an etcd of several members. */
    static EtcdOptions options(List<URI> endpoints, int remembered) {
        EtcdOptions of = EtcdOptions.of(endpoints, HISTORY);
        return new EtcdOptions(
                of.endpoints(), of.authority(), of.certificate(), of.key(), "/", of.history(), remembered, of.clock());
    }

    EtcdStore open() {
        return open(1_000);
    }

    EtcdStore open(int remembered) {
        try {
            return EtcdStore.open(options(remembered));
        } catch (StorageUnavailableException e) {
            throw new AssertionError("etcd does not run: " + etcd.log(), e);
        }
    }

    void kill() {
        etcd.kill();
    }

    void startAgain() {
        etcd.startAgain();
    }

    @Override
    public void close() {
        etcd.close();
    }
}
