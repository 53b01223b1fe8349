package io.kybern.etcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A member of a real etcd on random ports: the one that is in the folder UPSTREAM_BIN or on the PATH. Where there is none,
 * tests are skipped and say so.
 */
public final class Etcd implements AutoCloseable {
    private final Path directory;
    private final List<String> command;
    private final URI endpoint;
    private Process process;

    private Etcd(Path directory, List<String> command, URI endpoint) {
        this.directory = directory;
        this.command = command;
        this.endpoint = endpoint;
        this.process = run();
    }

    /** One that is alone. */
    public static Etcd start(Path directory, String... more) {
        return cluster(directory, 1, more).getFirst();
    }

    /** Members of one etcd; they serve when most of them have found each other. */
    public static List<Etcd> cluster(Path directory, int members, String... more) {
        Path program = program("etcd");
        String scheme = List.of(more).toString().contains("cert-file") ? "https" : "http";
        List<String> peers = Stream.generate(() -> "http://127.0.0.1:" + freePort())
                .limit(members)
                .toList();
        String cluster = IntStream.range(0, members)
                .mapToObj(i -> "member-" + i + "=" + peers.get(i))
                .collect(Collectors.joining(","));
        List<Etcd> started = new ArrayList<>();
        for (int i = 0; i < members; i++) {
            int port = freePort();
            String client = scheme + "://127.0.0.1:" + port;
            List<String> command = new ArrayList<>(List.of(
                    program.toString(),
                    "--name=member-" + i,
                    "--data-dir=" + directory.resolve("etcd-" + i),
                    "--listen-client-urls=" + client,
                    "--advertise-client-urls=" + client,
                    "--listen-peer-urls=" + peers.get(i),
                    "--initial-advertise-peer-urls=" + peers.get(i),
                    "--initial-cluster=" + cluster,
                    "--unsafe-no-fsync",
                    "--log-level=error"));
            command.addAll(List.of(more));
            started.add(new Etcd(directory, command, URI.create("etcd://127.0.0.1:" + port)));
        }
        return started;
    }

    /** A program of the original; the test is skipped where it is not installed. */
    public static Path program(String name) {
        String folders = Objects.requireNonNullElse(System.getenv("UPSTREAM_BIN"), "")
                + File.pathSeparator
                + System.getenv("PATH");
        Optional<Path> found = Stream.of(folders.split(File.pathSeparator))
                .filter(folder -> !folder.isEmpty())
                .map(folder -> Path.of(folder, name))
                .filter(Files::isExecutable)
                .findFirst();
        assumeTrue(found.isPresent(), "no " + name + ": name its folder in UPSTREAM_BIN, or put it on the PATH");
        return found.get();
    }

    /** One that nobody listens on, now. */
    public static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Process run() {
        try {
            return new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(
                            directory.resolve("etcd.log").toFile()))
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** {@code etcd://HOST:PORT}. */
    public URI endpoint() {
        return endpoint;
    }

    /** What it has said. */
    public String log() {
        try {
            return Files.readString(directory.resolve("etcd.log"));
        } catch (IOException e) {
            return e.toString();
        }
    }

    /** As a crash does. */
    public void kill() {
        try {
            process.destroyForcibly();
            assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Lets it do nothing until {@link #goOn}, or the end: who is connected notices nothing. */
    public void hang() {
        signal("-STOP");
    }

    public void goOn() {
        signal("-CONT");
    }

    private void signal(String name) {
        try {
            assertThat(new ProcessBuilder("kill", name, String.valueOf(process.pid()))
                            .start()
                            .waitFor())
                    .isZero();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    public void startAgain() {
        process = run();
    }

    @Override
    public void close() {
        kill();
    }
}
