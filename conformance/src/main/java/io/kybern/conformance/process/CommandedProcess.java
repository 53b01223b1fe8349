package io.kybern.conformance.process;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** A JVM as those of servers are, that answers each line with a line. For one thread at a time. */
public final class CommandedProcess implements AutoCloseable {
    private final Process process;
    private final BufferedWriter commands;
    private final BufferedReader answers;

    private CommandedProcess(Process process) {
        this.process = process;
        this.commands = process.outputWriter(StandardCharsets.UTF_8);
        this.answers = process.inputReader(StandardCharsets.UTF_8);
    }

    /**
     * Starts one with a directory as its argument. What it says of errors goes to this process's.
     *
     * @throws ServerStartException if that isn't possible
     */
    public static CommandedProcess start(Class<?> main, Path directory) {
        List<String> command = ServerJvm.command(ServerJvm.LOG_MANAGER, main.getName(), directory.toString());
        try {
            ProcessBuilder builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
            builder.environment().putIfAbsent("MALLOC_ARENA_MAX", "2"); // as ProcessGroup does
            return new CommandedProcess(builder.start());
        } catch (IOException e) {
            throw new ServerStartException("can't start " + command.getFirst() + ": " + e.getMessage(), e);
        }
    }

    /** @throws IOException if it has ended */
    public String ask(String line) throws IOException {
        commands.write(line + "\n");
        commands.flush();
        String answer = answers.readLine();
        if (answer == null) {
            throw new IOException("the process has ended");
        }
        return answer;
    }

    public List<ProcessHandle> processes() {
        return List.of(process.toHandle());
    }

    /** Ends it, which it notices by the end of its input. */
    @Override
    public void close() {
        try {
            commands.close();
        } catch (IOException e) {
            process.destroyForcibly(); // it has ended
        }
        process.onExit().join();
    }
}
