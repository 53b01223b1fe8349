package io.kybern.conformance.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The programs of the original, in the folder that {@code UPSTREAM_BIN} names or else {@code conformance/upstream/bin}. What
 * is missing there is built from source, which takes Go and some minutes.
 */
final class UpstreamBinaries {
    private static final Path UPSTREAM = Path.of("conformance", "upstream");

    private UpstreamBinaries() {}

    /** @throws ServerStartException if one isn't there and can't be built */
    static Path directory(String... programs) {
        Path root =
                Path.of(Optional.ofNullable(System.getProperty("kybern.root")).orElse(""));
        Path directory = Optional.ofNullable(System.getenv("UPSTREAM_BIN"))
                .map(Path::of)
                .orElse(root.resolve(UPSTREAM).resolve("bin"));
        List<String> missing = new ArrayList<>();
        for (String program : programs) {
            if (!Files.isExecutable(directory.resolve(program))) {
                missing.add(program);
            }
        }
        if (!missing.isEmpty()) {
            build(root.resolve(UPSTREAM).resolve("build.sh"), missing);
        }
        return directory.toAbsolutePath();
    }

    private static void build(Path script, List<String> programs) {
        if (!Files.isExecutable(script)) {
            throw new ServerStartException("the original's " + String.join(", ", programs)
                    + " aren't there; name their folder in UPSTREAM_BIN, or run this in the repository to build them");
        }
        List<String> command = new ArrayList<>(List.of(script.toString()));
        command.addAll(programs);
        try {
            int status = new ProcessBuilder(command).inheritIO().start().waitFor();
            if (status != 0) {
                throw new ServerStartException(script + " failed; it needs Go (https://go.dev/dl)");
            }
        } catch (IOException e) {
            throw new ServerStartException("can't run " + script + ": " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ServerStartException("interrupted", e);
        }
    }
}
