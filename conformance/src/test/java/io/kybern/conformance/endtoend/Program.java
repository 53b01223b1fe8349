package io.kybern.conformance.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A program of this machine, with the arguments that each of its runs has.
 *
 * @param environment what differs from this process's
 */
record Program(List<String> command, Map<String, String> environment) {
    private static final int TIMEOUT_SECONDS = 180;

    Program {
        command = List.copyOf(command);
        environment = Map.copyOf(environment);
    }

    /** Where a program lies that is on the path or where administrators' programs are. */
    static Optional<Path> find(String name) {
        String path = Optional.ofNullable(System.getenv("PATH")).orElse("");
        return Stream.concat(Stream.of(path.split(File.pathSeparator)), Stream.of("/usr/sbin", "/sbin"))
                .filter(folder -> !folder.isEmpty())
                .map(folder -> Path.of(folder, name))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /** How a run ended. */
    record Result(int exit, String out, String err) {
        Result succeeds() {
            assertThat(exit).as("%s%n%s", out, err).isZero();
            return this;
        }
    }

    /** Runs it to its end, with {@code input} on its standard input. */
    Result run(String input, String... arguments) throws IOException, InterruptedException {
        Path out = Files.createTempFile("program", ".out");
        Path err = Files.createTempFile("program", ".err");
        try {
            Process process = builder(arguments)
                    .redirectOutput(out.toFile())
                    .redirectError(err.toFile())
                    .start();
            try (var stdin = process.getOutputStream()) {
                stdin.write(input.getBytes(StandardCharsets.UTF_8));
            } catch (IOException unread) {
                // It ended without reading all of it.
            }
            if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
                return new Result(
                        -1,
                        Files.readString(out),
                        Files.readString(err) + "no end after " + TIMEOUT_SECONDS + " s: " + List.of(arguments));
            }
            return new Result(process.exitValue(), Files.readString(out), Files.readString(err));
        } finally {
            Files.delete(out);
            Files.delete(err);
        }
    }

    /** Starts it, to be talked to; both its outputs are read as one. */
    Running start(String... arguments) throws IOException {
        return new Running(builder(arguments).redirectErrorStream(true).start());
    }

    private ProcessBuilder builder(String... arguments) {
        List<String> words = new ArrayList<>(command);
        words.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(words);
        builder.environment().putAll(environment);
        return builder;
    }
}
