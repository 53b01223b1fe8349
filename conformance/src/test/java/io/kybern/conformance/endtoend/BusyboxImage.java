package io.kybern.conformance.endtoend;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Images that need no registry: this machine's busybox and names for its applets, in an archive as {@code docker save}
 * writes them.
 */
final class BusyboxImage {
    private static final Path BUSYBOX = Path.of("/bin/busybox");
    private static final List<String> APPLETS = List.of(
            "cat",
            "date",
            "echo",
            "env",
            "head",
            "hostname",
            "httpd",
            "id",
            "ls",
            "mkdir",
            "nc",
            "rm",
            "seq",
            "sh",
            "sleep",
            "stty",
            "touch",
            "tr",
            "tty",
            "wc",
            "wget");

    private BusyboxImage() {}

    /** What keeps images from being made here; empty when nothing does. */
    static Optional<String> missing() {
        if (Program.find("tar").isEmpty() || Program.find("sha256sum").isEmpty()) {
            return Optional.of("tar or sha256sum is not installed");
        }
        try {
            // ldd fails for what needs no loader.
            boolean whole = Files.exists(BUSYBOX)
                    && new Program(List.of("ldd", BUSYBOX.toString()), Map.of())
                                    .run("")
                                    .exit()
                            != 0;
            return whole
                    ? Optional.empty()
                    : Optional.of("no static busybox (on Debian: apt-get install busybox-static)");
        } catch (IOException e) {
            return Optional.of("busybox can't be looked at: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.of("interrupted");
        }
    }

    /** Makes the archive of an image in {@code directory} and tells where it is. */
    static Path archive(Path directory, String name, List<String> entrypoint) throws IOException, InterruptedException {
        Path work = Files.createTempDirectory(directory, "image");
        Path root = work.resolve("root");
        Path bin = Files.createDirectories(root.resolve("bin"));
        Files.createDirectories(root.resolve("tmp"));
        Files.createDirectories(root.resolve("etc"));
        Files.copy(BUSYBOX, bin.resolve("busybox"));
        Files.setPosixFilePermissions(bin.resolve("busybox"), PosixFilePermissions.fromString("rwxr-xr-x"));
        for (String applet : APPLETS) {
            Files.createSymbolicLink(bin.resolve(applet), Path.of("busybox"));
        }
        run("tar", "-C", root.toString(), "-cf", work.resolve("layer.tar").toString(), ".");
        String digest = run("sha256sum", work.resolve("layer.tar").toString()).split(" ")[0];
        String words = entrypoint.isEmpty() ? "[]" : "[\"" + String.join("\",\"", entrypoint) + "\"]";
        Files.writeString(work.resolve("config.json"), """
                {"architecture":"amd64","os":"linux","config":{"Env":["PATH=/bin"],"Entrypoint":%s},
                 "rootfs":{"type":"layers","diff_ids":["sha256:%s"]},"history":[]}
                """.formatted(words, digest));
        Files.writeString(work.resolve("manifest.json"), """
                [{"Config":"config.json","RepoTags":["%s"],"Layers":["layer.tar"]}]
                """.formatted(name));
        Path archive = work.resolve("image.tar");
        run("tar", "-C", work.toString(), "-cf", archive.toString(), "manifest.json", "config.json", "layer.tar");
        return archive;
    }

    private static String run(String... command) throws IOException, InterruptedException {
        return new Program(List.of(command), Map.of()).run("").succeeds().out();
    }
}
