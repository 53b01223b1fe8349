package io.kybern.distribution.command;

import io.kybern.distribution.cluster.ClusterException;
import io.kybern.distribution.flag.Flag;
import io.kybern.distribution.flag.FlagException;
import io.kybern.distribution.flag.Nearest;
import io.kybern.distribution.kubeconfig.KubeconfigException;
import java.io.PrintStream;
import java.util.List;
import java.util.Optional;

/** The {@code kybern} command. {@code test} and {@code bench} are the start script's: they build first. */
public final class Kybern {
    private static final int FAILED = 1;
    private static final int MISUSED = 2;

    private static final List<Command> COMMANDS = List.of(
            new UpCommand(),
            new DownCommand(),
            new StatusCommand(),
            new ResetCommand(),
            new LogsCommand(),
            new LoadCommand(),
            new KubeconfigCommand(),
            new SnapshotCommand(),
            new CrdCommand(),
            new VersionCommand());

    private Kybern() {}

    public static void main(String[] arguments) {
        System.exit(run(List.of(arguments), Console.ofThisProcess()));
    }

    static int run(List<String> arguments, Console console) {
        if (arguments.isEmpty() || isHelp(arguments.getFirst())) {
            printHelp(console.out());
            return arguments.isEmpty() ? MISUSED : 0;
        }
        try {
            Command command = find(arguments.getFirst());
            List<String> rest = arguments.subList(1, arguments.size());
            if (rest.stream().takeWhile(word -> !word.equals("--")).anyMatch(Kybern::isHelp)) {
                printHelp(command, console.out());
                return 0;
            }
            return command.run(command.flags().parse(rest), console);
        } catch (FlagException e) {
            console.err().println("kybern: " + e.getMessage());
            return MISUSED;
        } catch (ClusterException | KubeconfigException e) {
            console.err().println("kybern: " + e.getMessage());
            return FAILED;
        }
    }

    private static boolean isHelp(String word) {
        return word.equals("--help") || word.equals("-h") || word.equals("help");
    }

    private static Command find(String word) {
        Optional<Command> found =
                COMMANDS.stream().filter(command -> command.name().equals(word)).findFirst();
        return found.orElseThrow(() -> new FlagException("unknown command " + word
                + Nearest.hint("", word, COMMANDS.stream().map(Command::name).toList())
                + " (kybern --help lists them)"));
    }

    private static void printHelp(PrintStream out) {
        out.println("Kybern is Kubernetes on the JVM.\n\nUsage: kybern COMMAND [FLAGS]\n");
        for (Command command : COMMANDS) {
            out.printf("  %-28s %s%n", command.name() + " " + command.arguments(), command.summary());
        }
        out.printf("  %-28s %s%n", "test [MODULE|CLASS]", "build and run the tests");
        out.printf("  %-28s %s%n", "bench ...", "measure against another cluster");
        out.printf("  %-28s %s%n", "robustness ...", "let random clients and faults loose on a server");
        out.println("\nFlags of a command: kybern COMMAND --help");
    }

    private static void printHelp(Command command, PrintStream out) {
        out.println("kybern " + (command.name() + " " + command.arguments()).strip() + ": " + command.summary() + "\n");
        for (Flag flag : command.flags().flags()) {
            String help = flag.help()
                    + (flag.metavar().isEmpty() || flag.defaultValue().isEmpty()
                            ? ""
                            : " (default " + flag.defaultValue() + ")");
            out.printf("  %-36s %s%n", ("--" + flag.name() + " " + flag.metavar()).strip(), help);
        }
    }
}
