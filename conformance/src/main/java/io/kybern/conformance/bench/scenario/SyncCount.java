package io.kybern.conformance.bench.scenario;

import io.kybern.conformance.bench.load.Rest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.Stream;

/** Counts how often processes ask the disk to sync, from outside, by {@code strace}. */
final class SyncCount {
    private SyncCount() {}

    /** Calls a second; empty where there is no strace, or it may not look. */
    static OptionalDouble during(Duration duration, List<ProcessHandle> processes, Path directory) throws IOException {
        Path calls = Files.createTempFile(directory, "syncs", "");
        List<String> command =
                new ArrayList<>(List.of("strace", "-f", "-qq", "-e", "trace=fsync,fdatasync", "-o", calls.toString()));
        processes.forEach(process -> command.addAll(List.of("-p", Long.toString(process.pid()))));
        Process strace;
        try {
            strace = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
        } catch (IOException e) {
            return OptionalDouble.empty();
        }
        new Rest().run(duration);
        boolean looked = strace.isAlive();
        strace.destroy();
        strace.onExit().join();
        try (Stream<String> lines = Files.lines(calls)) {
            long begun = lines.filter(line -> line.contains("sync(")).count();
            return looked ? OptionalDouble.of(begun * 1e9 / duration.toNanos()) : OptionalDouble.empty();
        }
    }
}
