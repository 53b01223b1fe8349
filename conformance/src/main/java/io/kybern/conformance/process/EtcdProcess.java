package io.kybern.conformance.process;

import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** An etcd of one member that syncs each write, as it does unless told otherwise. */
public final class EtcdProcess implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String NAME = "etcd";

    private final ProcessGroup group;
    private final String url;

    private EtcdProcess(ProcessGroup group, String url) {
        this.group = group;
        this.url = url;
    }

    /**
     * Starts one and returns when it listens.
     *
     * @throws ServerStartException if it doesn't, or there is no such program
     */
    public static EtcdProcess start(Path directory) {
        String url = "http://127.0.0.1:" + Ready.freePort();
        ProcessGroup group = new ProcessGroup(directory);
        try {
            group.start(NAME, command(directory, url));
            awaitListening(group, URI.create(url).getPort());
            return new EtcdProcess(group, url);
        } catch (RuntimeException e) {
            group.close();
            throw e;
        }
    }

    /** The command line of one that keeps its data in {@code etcd} of a directory. */
    static List<String> command(Path directory, String url) {
        String peer = "http://127.0.0.1:" + Ready.freePort();
        return List.of(
                UpstreamBinaries.directory(NAME).resolve(NAME).toString(),
                "--name=default",
                "--data-dir=" + directory.resolve("etcd"),
                "--listen-client-urls=" + url,
                "--advertise-client-urls=" + url,
                "--listen-peer-urls=" + peer,
                "--initial-advertise-peer-urls=" + peer,
                "--initial-cluster=default=" + peer,
                "--log-level=warn");
    }

    private static void awaitListening(ProcessGroup group, int port) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() < end) {
            group.checkAlive(NAME);
            try (Socket socket = new Socket("127.0.0.1", port)) {
                if (socket.isConnected()) {
                    return;
                }
            } catch (IOException e) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20)); // not yet
            }
        }
        throw new ServerStartException("etcd does not answer:\n" + group.lastLines(NAME));
    }

    /** Of its clients. */
    public String url() {
        return url;
    }

    public List<ProcessHandle> processes() {
        return group.handles();
    }

    @Override
    public void close() {
        group.close();
    }
}
