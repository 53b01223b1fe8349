package io.kybern.node.runtime.cri;

import io.kybern.node.cluster.UpstreamCluster;
import io.kybern.node.image.ImageImport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A containerd of the test's own: root, state, socket, network and images, all in a directory. */
public final class Containerd implements AutoCloseable {
    public static final String IMAGE = "docker.io/library/busybox:test";
    private static final String PAUSE = "docker.io/library/pause:test";
    private static final String BRIDGE = "kybern-test0";
    private static final Path BUSYBOX = Path.of("/bin/busybox");

    private final Path directory;
    private final Process process;

    /** What keeps a containerd from being started here; empty when nothing does. */
    public static Optional<String> missing() {
        if (!"root".equals(System.getProperty("user.name"))) {
            return Optional.of("containers are started by root only, and this is " + System.getProperty("user.name"));
        }
        Optional<String> command = Stream.of("containerd", "runc", "ctr", "iptables", "tar")
                .filter(name -> Stream.of("/usr/bin", "/usr/sbin", "/bin", "/sbin")
                        .noneMatch(place -> Files.isExecutable(Path.of(place, name))))
                .findFirst()
                .map(name -> name + " is not installed");
        if (command.isPresent()) {
            return command;
        }
        return staticBusybox()
                ? CniBridge.missing(CniBridge.PLUGIN_DIRECTORY)
                : Optional.of("busybox-static is not installed");
    }

    /** {@code ldd} fails for what needs no loader. */
    private static boolean staticBusybox() {
        try {
            return Files.exists(BUSYBOX) && run("ldd", BUSYBOX.toString()).isEmpty();
        } catch (IOException notDynamic) {
            return Files.exists(BUSYBOX);
        }
    }

    public Containerd(Path directory) {
        this.directory = directory;
        try {
            new CniBridge(BRIDGE, "10.89.77.0/24", directory.resolve("addresses")).write(directory.resolve("cni"));
            Files.writeString(directory.resolve("config.toml"), configuration());
            process = new ProcessBuilder(
                            "containerd",
                            "--config",
                            directory.resolve("config.toml").toString())
                    .redirectErrorStream(true)
                    .redirectOutput(directory.resolve("containerd.log").toFile())
                    .start();
            UpstreamCluster.await(30, "containerd listens", () -> Files.exists(socket()));
            load(IMAGE, List.of());
            load(PAUSE, List.of("/bin/busybox", "sleep", "2147483647"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public Path socket() {
        return directory.resolve("containerd.sock");
    }

    private String configuration() {
        return """
                version = 2
                root = "%1$s/root"
                state = "%1$s/state"
                [grpc]
                  address = "%1$s/containerd.sock"
                [plugins."io.containerd.grpc.v1.cri"]
                  sandbox_image = "%2$s"
                  restrict_oom_score_adj = true
                  disable_apparmor = true
                  stream_server_address = "127.0.0.1"
                  stream_server_port = "0"
                  [plugins."io.containerd.grpc.v1.cri".cni]
                    bin_dir = "/usr/lib/cni"
                    conf_dir = "%1$s/cni"
                """.formatted(directory, PAUSE);
    }

    private void load(String name, List<String> entrypoint) throws IOException {
        Path archive = archive(name, entrypoint);
        UpstreamCluster.await(30, "an image is loaded", () -> {
            try {
                return new ImageImport(socket()).load(archive).contains(name);
            } catch (IOException notYet) {
                return false;
            }
        });
    }

    /** A docker-save archive with busybox and its applets. */
    private Path archive(String name, List<String> entrypoint) throws IOException {
        Path work = Files.createTempDirectory(directory, "image");
        Path bin = Files.createDirectories(work.resolve("root/bin"));
        Files.createDirectories(work.resolve("root/tmp"));
        Files.createDirectories(work.resolve("root/etc"));
        Files.copy(BUSYBOX, bin.resolve("busybox"));
        Files.setPosixFilePermissions(bin.resolve("busybox"), PosixFilePermissions.fromString("rwxr-xr-x"));
        for (String applet : List.of(
                "sh",
                "cat",
                "echo",
                "sleep",
                "httpd",
                "env",
                "ls",
                "id",
                "touch",
                "rm",
                "wc",
                "hostname",
                "mkdir",
                "nc")) {
            Files.createSymbolicLink(bin.resolve(applet), Path.of("busybox"));
        }
        run(
                "tar",
                "-C",
                work.resolve("root").toString(),
                "-cf",
                work.resolve("layer.tar").toString(),
                ".");
        String digest = run("sha256sum", work.resolve("layer.tar").toString()).split(" ")[0];
        String words = entrypoint.isEmpty() ? "[]" : "[\"" + String.join("\",\"", entrypoint) + "\"]";
        Files.writeString(
                work.resolve("config.json"),
                "{\"architecture\":\"amd64\",\"os\":\"linux\",\"config\":{\"Env\":[\"PATH=/bin\"],\"Entrypoint\":"
                        + words + "},\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[\"sha256:" + digest
                        + "\"]},\"history\":[]}");
        Files.writeString(
                work.resolve("manifest.json"),
                "[{\"Config\":\"config.json\",\"RepoTags\":[\"" + name + "\"],\"Layers\":[\"layer.tar\"]}]");
        Path archive = work.resolve("image.tar");
        run("tar", "-C", work.toString(), "-cf", archive.toString(), "manifest.json", "config.json", "layer.tar");
        return archive;
    }

    static String run(String... command) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            if (process.waitFor() != 0) {
                throw new IOException(String.join(" ", command) + ": " + output);
            }
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
        return output;
    }

    /** Ends what is left of containers, containerd, its shims (each names our socket) and the bridge. */
    @Override
    public void close() {
        try (var timers = java.util.concurrent.Executors.newSingleThreadScheduledExecutor();
                var runtime = new CriRuntime(socket(), "test", timers)) {
            runtime.pods().forEach(pod -> {
                runtime.stopSandbox(pod);
                runtime.remove(pod);
            });
            timers.shutdownNow();
        } catch (RuntimeException e) {
            System.err.println("containers may be left: " + e);
        }
        process.destroy();
        try {
            process.waitFor(20, TimeUnit.SECONDS);
            run("ip", "link", "delete", BRIDGE);
        } catch (IOException | InterruptedException e) {
            System.err.println("the bridge may be left: " + e);
        }
        List<String> mounts = new ArrayList<>();
        try (Stream<String> lines = Files.lines(Path.of("/proc/self/mounts"))) {
            lines.map(line -> line.split(" ")[1])
                    .filter(mount -> mount.startsWith(directory.toString()))
                    .forEach(mounts::add);
            for (String mount : mounts.reversed()) {
                run("umount", mount);
            }
        } catch (IOException e) {
            System.err.println("mounts may be left: " + e);
        }
    }
}
