package io.kybern.conformance.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Where servers that are measured keep their data. */
final class TemporaryDirectory {
    private TemporaryDirectory() {}

    /** Makes one, and removes it with all that is in it when the work is done or has failed. */
    static void with(Consumer<Path> work) {
        try {
            Path directory = Files.createTempDirectory("kybern-bench-");
            try {
                work.accept(directory);
            } finally {
                delete(directory);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
