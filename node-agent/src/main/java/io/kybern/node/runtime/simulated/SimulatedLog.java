package io.kybern.node.runtime.simulated;

import io.kybern.node.runtime.ContainerRuntime.LogOptions;
import io.kybern.node.runtime.ContainerRuntime.LogSink;
import io.kybern.node.runtime.ContainerState;
import io.kybern.node.runtime.PodState;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** The log of a container that does not run: a few lines that say so, and one more when it has ended. */
final class SimulatedLog {
    private record Line(Instant when, String text) {}

    private final String id;
    private final SimulatedBehaviour behaviour;
    private final LogOptions options;
    private final LogSink sink;
    private int written;
    private long left;

    SimulatedLog(String id, SimulatedBehaviour behaviour, LogOptions options, LogSink sink) {
        this.id = id;
        this.behaviour = behaviour;
        this.options = options;
        this.sink = sink;
        this.left = options.limitBytes().orElse(Long.MAX_VALUE);
    }

    /** Writes what has not been written yet; false when no more is wanted. */
    boolean write(PodState pod) throws IOException {
        List<Line> lines = lines(pod);
        int from = written;
        if (written == 0) {
            from = options.tailLines()
                    .map(tail -> Math.max(0, lines.size() - tail))
                    .orElse(0);
        }
        written = lines.size();
        for (Line line : lines.subList(Math.min(from, lines.size()), lines.size())) {
            if (!write(line)) {
                return false;
            }
        }
        return true;
    }

    private boolean write(Line line) throws IOException {
        if (options.since().map(since -> line.when().isBefore(since)).orElse(false)) {
            return true;
        }
        String text = (options.timestamps() ? line.when() + " " : "") + line.text() + "\n";
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        int length = (int) Math.min(left, bytes.length);
        left -= length;
        return length > 0 && sink.write(bytes, 0, length);
    }

    private List<Line> lines(PodState pod) {
        List<Line> lines = new ArrayList<>();
        pod.containers().stream().filter(state -> state.id().equals(id)).forEach(state -> {
            state.startedAt().ifPresent(when -> {
                lines.add(new Line(when, "This container is simulated by Kybern: no process runs, no image was used."));
                lines.add(new Line(when, describe(state)));
            });
            state.finishedAt()
                    .ifPresent(when -> lines.add(new Line(when, "It ended with exit code " + state.exitCode() + ".")));
        });
        return lines;
    }

    private String describe(ContainerState state) {
        return "Container " + state.name() + ", attempt " + state.attempt() + ", image " + state.image()
                + behaviour
                        .exitAfter()
                        .map(after -> ", to end after " + after.toMillis() + " ms.")
                        .orElse(", to run until it is stopped.");
    }
}
