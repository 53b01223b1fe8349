package io.kybern.conformance.endtoend;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The stock kubectl: the one that {@code KUBECTL} names, else the first on the path. */
final class Kubectl {
    private final Program program;

    private Kubectl(Program program) {
        this.program = program;
    }

    /** Skips the test where there is no kubectl. */
    static Kubectl of(Path kubeconfig) {
        Optional<String> program = find();
        assumeTrue(
                program.isPresent(),
                "kubectl is neither named by KUBECTL nor on the PATH: tests that use it are skipped");
        return new Kubectl(
                new Program(List.of(program.orElseThrow(), "--kubeconfig", kubeconfig.toString()), Map.of()));
    }

    private static Optional<String> find() {
        return Optional.ofNullable(System.getenv("KUBECTL"))
                .or(() -> Program.find("kubectl").map(Path::toString));
    }

    /** One that upgrades its connections to SPDY, as all did before 1.29 and as those do that fall back. */
    Kubectl withSpdy() {
        return new Kubectl(new Program(
                program.command(),
                Map.of("KUBECTL_REMOTE_COMMAND_WEBSOCKETS", "false", "KUBECTL_PORT_FORWARD_WEBSOCKETS", "false")));
    }

    /** Runs a command to its end. */
    Program.Result run(String... arguments) throws IOException, InterruptedException {
        return runWithInput("", arguments);
    }

    /** Runs a command with something on its standard input. */
    Program.Result runWithInput(String input, String... arguments) throws IOException, InterruptedException {
        return program.run(input, arguments);
    }

    /** The output of a command that must succeed. */
    String out(String... arguments) throws IOException, InterruptedException {
        return run(arguments).succeeds().out();
    }

    /** Starts a command that goes on. */
    Running start(String... arguments) throws IOException {
        return program.start(arguments);
    }

    /** Starts a command at a terminal of so many columns and rows; skips the test where none can be made. */
    Running startAtTerminal(int columns, int rows, String... arguments) throws IOException {
        assumeTrue(Program.find("script").isPresent(), "no terminal can be made: script (util-linux) is not installed");
        String line = Stream.concat(program.command().stream(), Stream.of(arguments))
                .map(word -> "'" + word.replace("'", "'\\''") + "'")
                .collect(Collectors.joining(" "));
        return new Program(List.of("script", "-qec"), program.environment())
                .start("stty cols " + columns + " rows " + rows + "; exec " + line, "/dev/null");
    }
}
