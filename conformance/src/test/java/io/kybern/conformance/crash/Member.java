package io.kybern.conformance.crash;

import io.kybern.conformance.process.HttpConnection;
import io.kybern.etcd.Etcd;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/** One server process of a cluster of several, always on the same port. */
final class Member implements AutoCloseable {
    private final List<String> command;
    private final Path log;
    private final int port = Etcd.freePort();
    private Process process;

    Member(Path directory, int number, List<Etcd> etcd) {
        String store = "etcd://"
                + etcd.stream().map(member -> member.endpoint().getAuthority()).collect(Collectors.joining(","));
        this.log = directory.resolve("member-" + number + ".log");
        this.command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                MemberMain.class.getName(),
                directory.resolve("pki").toString(),
                directory.resolve("tokens").toString(),
                store,
                Integer.toString(port),
                "10.1.0." + (number + 1));
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

    /** An answer of this server. */
    record Answer(int code, String body) {}

    Answer send(String method, String target, String type, String body) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (HttpConnection connection = HttpConnection.open(port)) {
            int code = connection.exchange(
                    HttpConnection.request(method, target, "application/json", type, body), out::write);
            return new Answer(code, out.toString(StandardCharsets.UTF_8));
        }
    }

    boolean isReady() {
        try {
            return send("GET", "/readyz", "application/json", "").code() == 200;
        } catch (IOException e) {
            return false;
        }
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
