package io.kybern.conformance.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.TimeUnit;

/** Processes that are started together, each with a log in one directory, and ended in reverse order. */
final class ProcessGroup implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final int LAST_LINES = 20;

    private final Path directory;
    private final Deque<Process> processes = new ConcurrentLinkedDeque<>();

    private final Thread end = new Thread(this::kill, "end of servers");

    ProcessGroup(Path directory) {
        this.directory = directory;
        // Who is interrupted leaves nothing running.
        Runtime.getRuntime().addShutdownHook(end);
        try {
            Files.createDirectories(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Path log(String name) {
        return directory.resolve(name + ".log");
    }

    /** Starts a process that writes both its outputs to its log. */
    Process start(String name, List<String> command) {
        try {
            ProcessBuilder builder = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(log(name).toFile());
            // As kybern up starts its server; Go has memory of its own.
            builder.environment().putIfAbsent("MALLOC_ARENA_MAX", "2");
            Process process = builder.start();
            processes.push(process);
            return process;
        } catch (IOException e) {
            throw new ServerStartException("can't start " + command.getFirst() + ": " + e.getMessage(), e);
        }
    }

    /** Throws if one of them has ended, with the end of the log of {@code name}. */
    void checkAlive(String name) {
        if (processes.stream().anyMatch(process -> !process.isAlive())) {
            throw new ServerStartException(name + " has ended while it started:\n" + lastLines(name));
        }
    }

    /** The end of a log: its directory may be gone when somebody wants to read more. */
    String lastLines(String name) {
        try {
            List<String> lines = Files.readAllLines(log(name));
            return String.join("\n", lines.subList(Math.max(0, lines.size() - LAST_LINES), lines.size()));
        } catch (IOException e) {
            return "(no log: " + e.getMessage() + ")";
        }
    }

    List<ProcessHandle> handles() {
        return processes.stream().map(Process::toHandle).toList();
    }

    /** As {@code kill -9} does: nothing is told, nothing is flushed. Returns when they are gone. */
    void kill() {
        for (Process process : processes) {
            process.destroyForcibly();
        }
        processes.forEach(process -> process.onExit().join());
        processes.clear();
    }

    @Override
    public void close() {
        while (!processes.isEmpty()) {
            Process process = processes.pop();
            process.destroy();
            try {
                if (!process.waitFor(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                    process.destroyForcibly();
                }
            } catch (InterruptedException e) {
                process.destroyForcibly();
                Thread.currentThread().interrupt();
            }
        }
    }
}
