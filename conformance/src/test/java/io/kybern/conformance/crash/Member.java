package io.kybern.conformance.crash;

import io.kybern.conformance.process.HttpConnection;
import io.kybern.conformance.process.ServerJvm;
import io.kybern.etcd.Etcd;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** One server process of a cluster of several, always on the same port. */
final class Member implements AutoCloseable {
    private static final int LAST_LINES = 60;

    private final List<String> command;
    private final Path log;
    private final int port = Etcd.freePort();
    private final String address;
    private Process process;

    /** @param lease of those who lead */
    Member(Path directory, int number, List<Etcd> etcd, Duration lease) {
        String store = "etcd://"
                + etcd.stream().map(member -> member.endpoint().getAuthority()).collect(Collectors.joining(","));
        this.log = directory.resolve("member-" + number + ".log");
        this.address = "10.1.0." + (number + 1);
        this.command = ServerJvm.command(
                "-XX:TieredStopAtLevel=1",
                MemberMain.class.getName(),
                directory.resolve("pki").toString(),
                directory.resolve("tokens").toString(),
                store,
                Integer.toString(port),
                address,
                lease.toString());
        this.process = start();
    }

    private Process start() {
        try {
            return new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A new connection to it. */
    HttpConnection connect() throws IOException {
        return HttpConnection.open(port);
    }

    boolean isReady() {
        try (HttpConnection connection = connect()) {
            return connection.exchange(HttpConnection.request("GET", "/readyz", "")) == 200;
        } catch (IOException e) {
            return false;
        }
    }

    /** Whether who signs so is this process, or was this one in an earlier life. */
    boolean signs(String identity) {
        return identity.contains(address + "-");
    }

    Path log() {
        return log;
    }

    /** What it has said last, what its threads do, and what it shows of collections. */
    String describe(List<String> collections) {
        StringBuilder all = new StringBuilder(log.getFileName().toString()).append('\n');
        try {
            List<String> lines = Files.readAllLines(log);
            lines.subList(Math.max(0, lines.size() - LAST_LINES), lines.size())
                    .forEach(line -> all.append(line).append('\n'));
            Path threads = Files.createTempFile("threads-", ".txt");
            new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "jcmd")
                                    .toString(),
                            String.valueOf(process.pid()),
                            "Thread.dump_to_file",
                            "-overwrite",
                            threads.toString())
                    .start()
                    .waitFor(20, TimeUnit.SECONDS);
            all.append("threads: ").append(threads).append('\n');
            for (String collection : collections) {
                try (HttpConnection connection = connect()) {
                    ByteArrayOutputStream out = new ByteArrayOutputStream();
                    connection.exchange(HttpConnection.request("GET", collection, ""), out::write);
                    all.append(out.toString(StandardCharsets.UTF_8)).append('\n');
                }
            }
        } catch (IOException e) {
            all.append(e).append('\n');
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return all.toString();
    }

    void kill() {
        process.destroyForcibly();
        process.onExit().join();
    }

    void startAgain() {
        process = start();
    }

    @Override
    public void close() {
        kill();
    }
}
