package io.kybern.node.image;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Brings images from a docker-save or OCI archive into containerd's {@code k8s.io} namespace, where CRI finds them, by
 * containerd's own {@code ctr}: its import unpacks through services that are no part of CRI.
 */
public final class ImageImport {
    private static final String TOOL = "ctr";
    private static final String NAMESPACE = "k8s.io";

    private final Path socket;

    /** @param socket containerd's own */
    public ImageImport(Path socket) {
        this.socket = socket;
    }

    /** What is not installed; empty when {@link #load} can work. */
    public static Optional<String> missing() {
        boolean found = Stream.of(
                        Optional.ofNullable(System.getenv("PATH")).orElse("").split(":"))
                .filter(entry -> !entry.isEmpty())
                .anyMatch(entry -> Files.isExecutable(Path.of(entry, TOOL)));
        return found
                ? Optional.empty()
                : Optional.of(
                        "images are loaded by containerd's command ctr, which is not on the PATH: install containerd"
                                + " on this node (on Debian: apt-get install containerd)");
    }

    /**
     * @return the names of the images that were in the archive
     * @throws IOException with the tool's own words when it fails, or when it is missing
     */
    public List<String> load(Path archive) throws IOException {
        Optional<String> missing = missing();
        if (missing.isPresent()) {
            throw new IOException(missing.get());
        }
        Process process = new ProcessBuilder(
                        TOOL,
                        "--address",
                        socket.toString(),
                        "--namespace",
                        NAMESPACE,
                        "images",
                        "import",
                        archive.toString())
                .redirectErrorStream(true)
                .start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            if (process.waitFor() != 0) {
                throw new IOException("could not load " + archive + ": " + output.strip());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            process.destroy();
            throw new IOException("interrupted while " + archive + " was loaded", e);
        }
        return names(output);
    }

    /** {@code ctr} prints {@code unpacking NAME (DIGEST)...done} for each image. */
    static List<String> names(String output) {
        return output.lines()
                .filter(line -> line.startsWith("unpacking "))
                .map(line -> line.substring("unpacking ".length()).split(" ", 2)[0])
                .toList();
    }
}
