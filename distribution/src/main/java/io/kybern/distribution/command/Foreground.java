package io.kybern.distribution.command;

import io.kybern.distribution.cluster.ClusterDirectory;

/** Lives as long as the server and takes it along. */
final class Foreground {
    private Foreground() {}

    /** Waits for the server's end; when this process is told to end, the server is stopped first. */
    static int await(Process server, ClusterDirectory directory) {
        Thread stop = new Thread(() -> Shutdown.stop(server.toHandle(), directory), "stop-server");
        Runtime.getRuntime().addShutdownHook(stop);
        return server.onExit().join().exitValue();
    }
}
