package io.kybern.conformance.endtoend;

import io.kybern.distribution.AllInOne;
import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The {@code kybern} command with one cluster in a directory of its own; each run is a process, as for its users. */
final class KybernCommand {
    private final Program program;
    private final Path directory;

    KybernCommand(Path directory) {
        this.directory = directory;
        this.program = new Program(
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        // Ours as well: before modules are packaged, their resources are only there.
                        String.join(
                                File.pathSeparator,
                                process().resolve("kybern-runner.jar").toString(),
                                System.getProperty("java.class.path"),
                                process().resolve("lib/*").toString()),
                        "io.kybern.distribution.command.Kybern"),
                Map.of());
    }

    /** Where the build puts the command: next to the classes or the archive that are on the class path. */
    private static Path process() {
        try {
            return Path.of(AllInOne.class
                            .getProtectionDomain()
                            .getCodeSource()
                            .getLocation()
                            .toURI())
                    .resolveSibling("process");
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Starts the cluster on any free port. */
    void up(String... flags) throws IOException, InterruptedException {
        List<String> arguments = new ArrayList<>(List.of("--port=0", "--kubeconfig=" + kubeconfig()));
        arguments.addAll(List.of(flags));
        run("up", arguments.toArray(String[]::new)).succeeds();
    }

    Program.Result run(String command, String... arguments) throws IOException, InterruptedException {
        List<String> all = new ArrayList<>(List.of(command, "--data-dir=" + directory.resolve("data")));
        all.addAll(List.of(arguments));
        return program.run("", all.toArray(String[]::new));
    }

    Path kubeconfig() {
        return directory.resolve("kubeconfig");
    }
}
