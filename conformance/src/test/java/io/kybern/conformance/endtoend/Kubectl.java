package io.kybern.conformance.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The stock kubectl: the one that {@code KUBECTL} names, else the first on the path. */
final class Kubectl {
    private static final int TIMEOUT_SECONDS = 60;

    private final String program;
    private final Path kubeconfig;

    private Kubectl(String program, Path kubeconfig) {
        this.program = program;
        this.kubeconfig = kubeconfig;
    }

    /** Skips the test where there is no kubectl. */
    static Kubectl of(Path kubeconfig) {
        Optional<String> program = find();
        assumeTrue(
                program.isPresent(),
                "kubectl is neither named by KUBECTL nor on the PATH: tests that use it are skipped");
        return new Kubectl(program.orElseThrow(), kubeconfig);
    }

    private static Optional<String> find() {
        String named = System.getenv("KUBECTL");
        if (named != null) {
            return Optional.of(named);
        }
        return Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .map(folder -> Path.of(folder, "kubectl"))
                .filter(Files::isExecutable)
                .map(Path::toString)
                .findFirst();
    }

    /** How a command ended. */
    record Result(int exit, String out, String err) {
        Result succeeds() {
            assertThat(exit).as("%s%n%s", out, err).isZero();
            return this;
        }
    }

    /** Runs a command to its end. */
    Result run(String... arguments) throws IOException, InterruptedException {
        return runWithInput("", arguments);
    }

    /** Runs a command with something on its standard input. */
    Result runWithInput(String input, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(program, "--kubeconfig", kubeconfig.toString()));
        command.addAll(List.of(arguments));
        Path out = Files.createTempFile("kubectl", ".out");
        Path err = Files.createTempFile("kubectl", ".err");
        try {
            Process process = new ProcessBuilder(command)
                    .redirectOutput(out.toFile())
                    .redirectError(err.toFile())
                    .start();
            try (var stdin = process.getOutputStream()) {
                stdin.write(input.getBytes(StandardCharsets.UTF_8));
            }
            if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
                return new Result(-1, Files.readString(out), "no end after " + TIMEOUT_SECONDS + " s: " + command);
            }
            return new Result(process.exitValue(), Files.readString(out), Files.readString(err));
        } finally {
            Files.delete(out);
            Files.delete(err);
        }
    }

    /** The output of a command that must succeed. */
    String out(String... arguments) throws IOException, InterruptedException {
        return run(arguments).succeeds().out();
    }
}
