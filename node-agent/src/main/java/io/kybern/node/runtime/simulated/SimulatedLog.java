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

/** The log of a container that does not run: a few lines that say so. It ends there, also when it is followed. */
final class SimulatedLog {
    private record Line(Instant when, String text) {}

    private SimulatedLog() {}

    static void write(PodState pod, String id, SimulatedBehaviour behaviour, LogOptions options, LogSink sink)
            throws IOException {
        List<Line> lines = lines(pod, id, behaviour).stream()
                .filter(line -> options.since()
                        .map(since -> !line.when().isBefore(since))
                        .orElse(true))
                .toList();
        int from = options.tailLines()
                .map(tail -> Math.max(0, lines.size() - tail))
                .orElse(0);
        long left = options.limitBytes().orElse(Long.MAX_VALUE);
        for (Line line : lines.subList(from, lines.size())) {
            String text = (options.timestamps() ? line.when() + " " : "") + line.text() + "\n";
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            int length = (int) Math.min(left, bytes.length);
            if (length == 0 || !sink.write(bytes, 0, length)) {
                return;
            }
            left -= length;
        }
    }

    private static List<Line> lines(PodState pod, String id, SimulatedBehaviour behaviour) {
        List<Line> lines = new ArrayList<>();
        pod.containers().stream().filter(state -> state.id().equals(id)).forEach(state -> {
            state.startedAt().ifPresent(when -> {
                lines.add(new Line(when, "This container is simulated by Kybern: no process runs, no image was used."));
                lines.add(new Line(when, describe(state, behaviour)));
            });
            state.finishedAt()
                    .ifPresent(when -> lines.add(new Line(when, "It ended with exit code " + state.exitCode() + ".")));
        });
        return lines;
    }

    private static String describe(ContainerState state, SimulatedBehaviour behaviour) {
        return "Container " + state.name() + ", attempt " + state.attempt() + ", image " + state.image()
                + behaviour
                        .exitAfter()
                        .map(after -> ", to end after " + after.toMillis() + " ms.")
                        .orElse(", to run until it is stopped.");
    }
}
