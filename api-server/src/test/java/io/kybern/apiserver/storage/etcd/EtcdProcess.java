package io.kybern.apiserver.storage.etcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.kybern.apiserver.storage.KeyValueStore.StorageUnavailableException;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A real etcd on random ports: the one that is in the folder UPSTREAM_BIN or on the PATH. Where there is none, tests are
 * skipped and say so.
 */
final class EtcdProcess implements AutoCloseable {
    private static final Duration HISTORY = Duration.ofHours(1);

    private final Path directory;
    private final List<String> command;
    private final URI endpoint;
    private Process process;

    private EtcdProcess(Path directory, List<String> command, URI endpoint) throws IOException {
        this.directory = directory;
        this.command = command;
        this.endpoint = endpoint;
        this.process = run();
    }

    static EtcdProcess start(Path directory, String... more) {
        Optional<Path> program = program();
        assumeTrue(program.isPresent(), "no etcd: name its folder in UPSTREAM_BIN, or put it on the PATH");
        try {
            String scheme = List.of(more).toString().contains("cert-file") ? "https" : "http";
            URI client = URI.create(scheme + "://127.0.0.1:" + freePort());
            String peer = "http://127.0.0.1:" + freePort();
            List<String> command = new ArrayList<>(List.of(
                    program.get().toString(),
                    "--data-dir=" + directory.resolve("etcd"),
                    "--listen-client-urls=" + client,
                    "--advertise-client-urls=" + client,
                    "--listen-peer-urls=" + peer,
                    "--initial-advertise-peer-urls=" + peer,
                    "--initial-cluster=default=" + peer,
                    "--unsafe-no-fsync",
                    "--log-level=error"));
            command.addAll(List.of(more));
            return new EtcdProcess(directory, command, URI.create("etcd://127.0.0.1:" + client.getPort()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Optional<Path> program() {
        String folders = Objects.requireNonNullElse(System.getenv("UPSTREAM_BIN"), "")
                + File.pathSeparator
                + System.getenv("PATH");
        return Stream.of(folders.split(File.pathSeparator))
                .filter(folder -> !folder.isEmpty())
                .map(folder -> Path.of(folder, "etcd"))
                .filter(Files::isExecutable)
                .findFirst();
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private Process run() throws IOException {
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        directory.resolve("etcd.log").toFile()))
                .start();
    }

    URI endpoint() {
        return endpoint;
    }

    /** On all keys, compacting nothing by itself. */
    EtcdOptions options(int remembered) {
        EtcdOptions of = EtcdOptions.of(List.of(endpoint), HISTORY);
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
            throw new AssertionError("etcd does not run: " + log(), e);
        }
    }

    private String log() {
        try {
            return Files.readString(directory.resolve("etcd.log"));
        } catch (IOException e) {
            return e.toString();
        }
    }

    /** As a crash does. */
    void kill() {
        try {
            process.destroyForcibly();
            assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    void startAgain() {
        try {
            process = run();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        kill();
    }
}
