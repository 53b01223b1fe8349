package io.kybern.distribution.quarkus;

import io.kybern.apiserver.pki.Pki;
import io.kybern.distribution.cluster.ClusterDirectory;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The keys of the cluster's directory, opened once a process. Safe for all threads. */
final class ClusterKeys {
    private static final Map<Path, Pki> OPEN = new ConcurrentHashMap<>();

    private ClusterKeys() {}

    /** @throws io.kybern.apiserver.pki.PkiException if the directory can't be used */
    static Pki of(ClusterDirectory directory) {
        return OPEN.computeIfAbsent(directory.pki(), path -> Pki.open(path, InstantSource.system()));
    }

    /**
     * Lets another thread read the authorities that the server needs before it listens, or make them for a new cluster, while
     * Quarkus starts. The directory has to be locked.
     */
    static void readAhead(ClusterDirectory directory) {
        Thread.ofPlatform().daemon().name("keys").start(() -> {
            try {
                Pki pki = of(directory);
                pki.authority();
                pki.frontProxyAuthority();
            } catch (RuntimeException e) { // the server will meet it, too, and tell it
                System.getLogger(ClusterKeys.class.getName()).log(Level.DEBUG, "the keys can't be read ahead", e);
            }
        });
    }
}
