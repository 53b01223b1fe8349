package io.kybern.distribution.command;

import io.kybern.distribution.cluster.ClusterDirectory;
import io.kybern.distribution.cluster.ContextRecord;
import io.kybern.distribution.cluster.ServerRecord;
import io.kybern.distribution.kubeconfig.KubeconfigFile;
import java.time.Duration;

/** Ends a server and what {@code up} did for it. */
final class Shutdown {
    private static final Duration GRACE = Duration.ofSeconds(30);
    private static final Duration KUBECONFIG_PATIENCE = Duration.ofSeconds(10);

    private Shutdown() {}

    /** Returns when the process is gone: by itself, or killed after the grace period. */
    static void stop(ProcessHandle process, ClusterDirectory directory) {
        process.destroy();
        if (!directory.awaitUnlocked(GRACE)) {
            process.destroyForcibly();
            directory.awaitUnlocked(GRACE);
        }
        cleanUp(directory);
    }

    /** Nothing runs: the kubeconfig becomes what it was, and stale records go. */
    static void cleanUp(ClusterDirectory directory) {
        ContextRecord.read(directory).ifPresent(record -> {
            new KubeconfigFile(record.kubeconfig(), KUBECONFIG_PATIENCE).remove(record.context(), record.before());
            ContextRecord.delete(directory);
        });
        ServerRecord.delete(directory);
    }
}
