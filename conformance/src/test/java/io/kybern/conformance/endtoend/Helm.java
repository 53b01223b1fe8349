package io.kybern.conformance.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The stock Helm 4: the one that {@code HELM} names, else the one beside the original's programs, else the first on the path. */
final class Helm {
    private final Program program;

    private Helm(Program program) {
        this.program = program;
    }

    /**
     * Skips the test where there is no Helm 4.
     *
     * @param home where it keeps its own files
     */
    static Helm of(Path kubeconfig, Path home) throws IOException, InterruptedException {
        Optional<String> found = Optional.ofNullable(System.getenv("HELM"))
                .or(() -> Optional.ofNullable(System.getenv("UPSTREAM_BIN"))
                        .map(folder -> Path.of(folder, "helm"))
                        .filter(Files::isExecutable)
                        .map(Path::toString))
                .or(() -> Program.find("helm").map(Path::toString));
        assumeTrue(
                found.isPresent(),
                "helm is neither named by HELM nor in UPSTREAM_BIN (conformance/upstream/build.sh helm) nor on the PATH:"
                        + " tests that use it are skipped");
        Helm helm = new Helm(new Program(
                List.of(found.orElseThrow()),
                Map.of(
                        "KUBECONFIG", kubeconfig.toString(),
                        "HELM_CACHE_HOME", home.resolve("cache").toString(),
                        "HELM_CONFIG_HOME", home.resolve("config").toString(),
                        "HELM_DATA_HOME", home.resolve("data").toString())));
        String version = helm.run("version", "--template", "{{.Version}}").out();
        assumeTrue(version.startsWith("v4."), "the tests are for Helm 4, but HELM or the PATH has " + version);
        return helm;
    }

    /** Runs a command to its end. */
    Program.Result run(String... arguments) throws IOException, InterruptedException {
        return program.run("", arguments);
    }

    /** The output of a command that must succeed. */
    String out(String... arguments) throws IOException, InterruptedException {
        return run(arguments).succeeds().out();
    }

    /** What a command says that must fail. */
    String error(String... arguments) throws IOException, InterruptedException {
        Program.Result result = run(arguments);
        assertThat(result.exit()).as("%s", result.out()).isNotZero();
        return result.err();
    }
}
