package io.kybern.node.runtime.simulated;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * The commands that a simulated container knows, by which clients of exec can be tried: {@code cat}, {@code echo WORD…}
 * ({@code >&2} at its end writes to standard error), {@code exit N}, {@code false}, {@code hostname}, {@code sh}, {@code sh -c
 * LINE}, {@code stty size} and {@code true}. A line may hold several, separated by semicolons; quotes mean nothing. Any other
 * command ends with 127, as shells do.
 */
final class SimulatedCommands {
    private static final List<String> SHELLS = List.of("sh", "ash", "bash");
    private static final int NOT_FOUND = 127;

    private final SimulatedTerminal terminal;
    private final String hostname;

    SimulatedCommands(SimulatedTerminal terminal, String hostname) {
        this.terminal = terminal;
        this.hostname = hostname;
    }

    /** How a line ended, and whether its shell is to end, too. */
    private record Outcome(int code, boolean exit) {}

    /** Runs a command to its end and tells its exit code. */
    int run(List<String> command) throws InterruptedException {
        String name = command.getFirst().substring(command.getFirst().lastIndexOf('/') + 1);
        List<String> arguments = command.subList(1, command.size());
        if (SHELLS.contains(name)) {
            return arguments.size() > 1 && arguments.getFirst().equals("-c")
                    ? line(arguments.get(1)).code()
                    : shell();
        }
        return switch (name) {
            case "true" -> 0;
            case "false" -> 1;
            case "cat" -> cat();
            case "echo" -> echo(arguments);
            case "hostname" -> say(hostname);
            case "stty" -> say(terminal.rows() + " " + terminal.columns());
            default -> {
                terminal.error(name + ": not found: this container is simulated, it knows only cat, echo, exit, false,"
                        + " hostname, sh, stty and true\n");
                yield NOT_FOUND;
            }
        };
    }

    private Outcome line(String line) throws InterruptedException {
        int code = 0;
        for (String part : line.split("[;\n]")) {
            if (part.isBlank()) {
                continue;
            }
            List<String> words = List.of(part.strip().split("\\s+"));
            if (words.getFirst().equals("exit")) {
                return new Outcome(words.size() > 1 ? number(words.get(1)) : code, true);
            }
            code = run(words);
        }
        return new Outcome(code, false);
    }

    private int shell() throws InterruptedException {
        Outcome last = new Outcome(0, false);
        while (!last.exit()) {
            terminal.prompt("# ");
            Optional<String> line = terminal.readLine();
            if (line.isEmpty()) {
                break;
            }
            last = line(line.get());
        }
        return last.code();
    }

    /** Copies what comes to where output goes. */
    int cat() throws InterruptedException {
        for (Optional<byte[]> piece = terminal.read(); piece.isPresent(); piece = terminal.read()) {
            terminal.output(piece.get());
        }
        return 0;
    }

    private int echo(List<String> words) {
        if (!words.isEmpty() && words.getLast().equals(">&2")) {
            terminal.error(String.join(" ", words.subList(0, words.size() - 1)) + "\n");
            return 0;
        }
        return say(String.join(" ", words));
    }

    private int say(String text) {
        terminal.output((text + "\n").getBytes(StandardCharsets.UTF_8));
        return 0;
    }

    private static int number(String text) {
        try {
            return Integer.parseInt(text) & 0xff;
        } catch (NumberFormatException e) {
            return 2;
        }
    }
}
