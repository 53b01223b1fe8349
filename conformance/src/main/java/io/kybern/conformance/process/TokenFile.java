package io.kybern.conformance.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The static tokens of a throw-away server: the administrator's. */
final class TokenFile {
    private TokenFile() {}

    static Path write(Path directory) {
        try {
            String line = ServerProcess.TOKEN + ",bench,bench,system:masters\n";
            return Files.writeString(directory.resolve("tokens.csv"), line);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
