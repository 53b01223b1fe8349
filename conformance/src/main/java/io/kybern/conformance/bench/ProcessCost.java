package io.kybern.conformance.bench;

import io.kybern.conformance.bench.load.LoadException;
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
 * @param cpu user and system time
 * @param residentBytes memory; zero where the system doesn't tell
 */
record ProcessCost(Duration cpu, long residentBytes) {
    static ProcessCost of(ServerProcess server) {
        Duration cpu = Duration.ZERO;
        long resident = 0;
        for (ProcessHandle process : server.processes()) {
            cpu = cpu.plus(process.info().totalCpuDuration().orElse(Duration.ZERO));
            resident += resident(process.pid());
        }
        return new ProcessCost(cpu, resident);
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
            throw new LoadException("a server's process has ended: " + e.getMessage(), e);
        }
    }
}
