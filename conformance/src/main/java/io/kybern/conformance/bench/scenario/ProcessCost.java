package io.kybern.conformance.bench.scenario;

import io.kybern.conformance.bench.figure.Figure;
import io.kybern.conformance.bench.figure.Figures;
import io.kybern.conformance.process.ServerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/**
 * What the processes of a server have used up to now.
 *
 * @param known whether there are any to look at: not of a server that is somebody else's
 * @param cpu user and system time
 * @param residentBytes memory; zero where the system doesn't tell
 */
record ProcessCost(boolean known, Duration cpu, long residentBytes) {
    static ProcessCost of(ServerProcess server) {
        return of(server.processes());
    }

    static ProcessCost of(List<ProcessHandle> processes) {
        Duration cpu = Duration.ZERO;
        long resident = 0;
        for (ProcessHandle process : processes) {
            cpu = cpu.plus(process.info().totalCpuDuration().orElse(Duration.ZERO));
            resident += resident(process.pid());
        }
        return new ProcessCost(!processes.isEmpty(), cpu, resident);
    }

    /** Adds to figures of so many operations what they cost. */
    static Figures between(ProcessCost before, ProcessCost after, long operations, Figures figures) {
        double micros = after.cpu.minus(before.cpu).toNanos() / 1e3;
        return after.known
                ? figures.with(Figure.CPU, micros / Math.max(1, operations))
                        .with(Figure.CPU_TOTAL, micros / 1e6)
                        .with(Figure.MEMORY, after.residentMebibytes())
                : figures;
    }

    private static long resident(long pid) {
        Path status = Path.of("/proc", Long.toString(pid), "status");
        try (Stream<String> lines = Files.exists(status) ? Files.lines(status) : Stream.empty()) {
            return lines.filter(line -> line.startsWith("VmRSS:"))
                    .map(line -> List.of(line.strip().split("\\s+")))
                    .mapToLong(words -> Long.parseLong(words.get(1)) << 10)
                    .findFirst()
                    .orElse(0);
        } catch (IOException e) {
            return 0; // it has ended since
        }
    }

    double residentMebibytes() {
        return residentBytes / (double) (1 << 20);
    }
}
