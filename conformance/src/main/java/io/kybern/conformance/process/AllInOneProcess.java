package io.kybern.conformance.process;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The process that {@code kybern up} starts, with some of its components; {@code distribution} has to be on the class path. */
public final class AllInOneProcess implements Started {
    private static final String NAME = "kybern";

    private final ProcessGroup group;
    private final int port;
    private final Duration start;

    private AllInOneProcess(ProcessGroup group, int port, Duration start) {
        this.group = group;
        this.port = port;
        this.start = start;
    }

    /**
     * Starts it and returns when it is ready.
     *
     * @param components as {@code kybern up --components} takes them
     * @throws ServerStartException if it doesn't get ready
     */
    public static AllInOneProcess start(Path directory, String components) {
        ProcessGroup group = new ProcessGroup(directory);
        try {
            int port = Ready.freePort();
            List<String> command = new ArrayList<>(
                    ServerJvm.productCommand(ServerJvm.LOG_MANAGER, "io.kybern.distribution.quarkus.ServerMain"));
            command.addAll(List.of(
                    "--data-dir=" + directory.resolve("cluster"),
                    "--port=" + port,
                    "--components=" + components,
                    "--runtime=simulated",
                    "--token-auth-file=" + TokenFile.write(directory)));
            long begin = System.nanoTime();
            group.start(NAME, command);
            Ready.await(group, NAME, port);
            return new AllInOneProcess(group, port, Duration.ofNanos(System.nanoTime() - begin));
        } catch (RuntimeException e) {
            group.close();
            throw e;
        }
    }

    @Override
    public Duration startDuration() {
        return start;
    }

    @Override
    public String title() {
        return NAME;
    }

    @Override
    public int port() {
        return port;
    }

    @Override
    public List<ProcessHandle> processes() {
        return group.handles();
    }

    @Override
    public void kill() {
        group.kill();
    }

    @Override
    public void close() {
        group.close();
    }
}
