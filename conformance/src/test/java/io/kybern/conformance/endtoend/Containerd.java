package io.kybern.conformance.endtoend;

import io.kybern.node.runtime.cri.CniBridge;
import io.kybern.node.runtime.cri.CriRuntime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/** A containerd of the test's own: root, state, socket and pod network, all in a directory and gone with it. */
final class Containerd implements AutoCloseable {
    /** What the pods' sandboxes are made from; to be loaded. */
    static final String PAUSE = "docker.io/library/pause:test";

    private static final int PATIENCE_SECONDS = 90;
    private static final Path NETWORK_NAMESPACES = Path.of("/run/netns");
    private static final Path NETWORK_RESULTS = Path.of("/var/lib/cni/results");

    private final Path directory;
    private final String owner;
    private final String bridge;
    private final Set<Path> before = new HashSet<>();
    private final Process process;

    /** What keeps a containerd from being started here; empty when nothing does. */
    static Optional<String> missing() {
        if (!"root".equals(System.getProperty("user.name"))) {
            return Optional.of("containers are started by root only, and this is " + System.getProperty("user.name"));
        }
        return Stream.of("containerd", "runc", "ctr", "iptables", "ip")
                .filter(name -> Program.find(name).isEmpty())
                .findFirst()
                .map(name -> name + " is not installed")
                .or(() -> CniBridge.missing(CniBridge.PLUGIN_DIRECTORY))
                .or(BusyboxImage::missing);
    }

    /** @param owner how the node agent names itself whose pods are ended with this, should any be left */
    Containerd(Path directory, String owner) throws IOException {
        this.directory = directory;
        this.owner = owner;
        // Of its own too: others may test on this machine.
        long number = ProcessHandle.current().pid();
        this.bridge = "kyb" + number;
        before.addAll(list(NETWORK_NAMESPACES));
        new CniBridge(bridge, "10.89." + number % 250 + ".0/24", directory.resolve("addresses"))
                .write(directory.resolve("cni"));
        Path config = Files.writeString(directory.resolve("config.toml"), configuration());
        process = new ProcessBuilder("containerd", "--config", config.toString())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("containerd.log").toFile())
                .start();
        await("containerd listens", () -> Files.exists(socket()));
    }

    private static void await(String what, java.util.function.BooleanSupplier condition) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("not within " + PATIENCE_SECONDS + " s: " + what);
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
        }
    }

    Path socket() {
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
                    bin_dir = "%3$s"
                    conf_dir = "%1$s/cni"
                """.formatted(directory, PAUSE, CniBridge.PLUGIN_DIRECTORY);
    }

    /** Ends what tests have left, containerd, and the bridge. */
    @Override
    public void close() {
        removePods();
        process.destroy();
        try {
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
            run("ip", "link", "delete", bridge);
            for (String mount : mounts().reversed()) {
                run("umount", mount);
            }
        } catch (IOException e) {
            throw new AssertionError("not all was cleaned up", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void removePods() {
        try (var timers = Executors.newSingleThreadScheduledExecutor();
                var runtime = new CriRuntime(socket(), owner, timers)) {
            runtime.pods().forEach(pod -> {
                runtime.stopSandbox(pod);
                runtime.remove(pod);
            });
            timers.shutdownNow();
        }
    }

    /** What a clean end has taken away: processes, mounts, network namespaces, addresses, devices. */
    List<String> leftovers() throws IOException, InterruptedException {
        List<String> found = new ArrayList<>(mounts());
        ProcessHandle.allProcesses()
                .map(handle -> handle.info().commandLine().orElse(""))
                .filter(line -> line.contains(socket().toString()))
                .forEach(found::add);
        String others = "";
        for (Path result : list(NETWORK_RESULTS)) {
            String text = Files.readString(result);
            if (text.contains(bridge)) {
                found.add(result.toString());
            } else {
                others += text;
            }
        }
        for (Path namespace : list(NETWORK_NAMESPACES)) {
            if (!before.contains(namespace) && !others.contains(namespace.toString())) {
                found.add(namespace.toString());
            }
        }
        list(directory.resolve("addresses/kybern")).stream()
                .map(file -> file.getFileName().toString())
                .filter(name -> name.matches("[0-9.]+"))
                .forEach(found::add);
        if (run("ip", "-o", "link").out().contains(bridge)) {
            found.add(bridge);
        }
        return found;
    }

    private List<String> mounts() throws IOException {
        try (Stream<String> lines = Files.lines(Path.of("/proc/self/mounts"))) {
            return lines.map(line -> line.split(" ")[1])
                    .filter(mount -> mount.startsWith(directory.toString()))
                    .toList();
        }
    }

    private static List<Path> list(Path place) throws IOException {
        if (!Files.isDirectory(place)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(place)) {
            return files.toList();
        }
    }

    private static Program.Result run(String... command) throws IOException, InterruptedException {
        return new Program(List.of(command), Map.of()).run("");
    }
}
