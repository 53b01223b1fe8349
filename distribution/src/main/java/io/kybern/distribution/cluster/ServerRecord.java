package io.kybern.distribution.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The server process of a cluster.
 *
 * @param started when the process began, which tells it from a later one with the same number
 * @param uri where it serves; empty while it starts
 * @param components that run in it or will
 * @param ready those of them that serve their purpose
 * @param containerd the socket of what runs its containers; empty if nodes are simulated
 */
public record ServerRecord(
        long pid, Instant started, String uri, List<String> components, List<String> ready, Optional<Path> containerd) {
    /** Linux computes start times from a boot time that the clock's corrections move. */
    private static final Duration CLOCK_DRIFT = Duration.ofSeconds(3);

    public ServerRecord {
        components = List.copyOf(components);
        ready = List.copyOf(ready);
    }

    /** This process, which doesn't serve yet. */
    public static ServerRecord ofThisProcess(List<String> components, Optional<Path> containerd) {
        ProcessHandle self = ProcessHandle.current();
        return new ServerRecord(
                self.pid(), self.info().startInstant().orElse(Instant.EPOCH), "", components, List.of(), containerd);
    }

    public ServerRecord at(String servingUri) {
        return new ServerRecord(pid, started, servingUri, components, ready, containerd);
    }

    public ServerRecord with(String readyComponent) {
        List<String> more = new ArrayList<>(ready);
        more.add(readyComponent);
        return new ServerRecord(pid, started, uri, components, more, containerd);
    }

    public void write(ClusterDirectory directory) {
        RecordFile.write(
                directory.serverRecord(),
                Map.of(
                        "pid", Long.toString(pid),
                        "started", started.toString(),
                        "uri", uri,
                        "components", String.join(",", components),
                        "ready", String.join(",", ready),
                        "containerd", containerd.map(Path::toString).orElse("")));
    }

    public static void delete(ClusterDirectory directory) {
        RecordFile.delete(directory.serverRecord());
    }

    /** The process that was recorded last, if it still lives. */
    public static Optional<ServerRecord> running(ClusterDirectory directory) {
        return read(directory).filter(record -> record.process().isPresent());
    }

    static Optional<ServerRecord> read(ClusterDirectory directory) {
        return RecordFile.read(directory.serverRecord())
                .map(values -> new ServerRecord(
                        Long.parseLong(values.getOrDefault("pid", "-1")),
                        Instant.parse(values.getOrDefault("started", Instant.EPOCH.toString())),
                        values.getOrDefault("uri", ""),
                        words(values.getOrDefault("components", "")),
                        words(values.getOrDefault("ready", "")),
                        Optional.of(values.getOrDefault("containerd", ""))
                                .filter(text -> !text.isEmpty())
                                .map(Path::of)));
    }

    private static List<String> words(String text) {
        return Stream.of(text.split(",")).filter(word -> !word.isEmpty()).toList();
    }

    /** The live process; empty if it ended, also if its number was given to another since. */
    public Optional<ProcessHandle> process() {
        return ProcessHandle.of(pid).filter(ServerRecord::isAlive).filter(this::isSame);
    }

    /** Not so for one that ended but was not yet collected by its parent, which Java counts as alive. */
    private static boolean isAlive(ProcessHandle process) {
        if (!process.isAlive()) {
            return false;
        }
        try {
            String stat = Files.readString(Path.of("/proc", Long.toString(process.pid()), "stat"));
            return !stat.substring(stat.lastIndexOf(')') + 1).strip().startsWith("Z");
        } catch (IOException e) {
            // No such file system here, or gone this very moment.
            return process.isAlive();
        }
    }

    private boolean isSame(ProcessHandle process) {
        return process.info()
                .startInstant()
                .map(start -> Duration.between(started, start).abs().compareTo(CLOCK_DRIFT) <= 0)
                .orElse(true);
    }
}
