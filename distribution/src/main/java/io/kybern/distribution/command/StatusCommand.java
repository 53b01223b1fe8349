package io.kybern.distribution.command;

import io.kybern.distribution.ComponentName;
import io.kybern.distribution.cluster.ClusterDirectory;
import io.kybern.distribution.cluster.ServerRecord;
import io.kybern.distribution.flag.Choice;
import io.kybern.distribution.flag.Flag;
import io.kybern.distribution.flag.FlagSet;
import io.kybern.distribution.flag.ParsedFlags;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Says whether a cluster runs, where, and whether it is ready: exit code 0 if it is. */
final class StatusCommand implements Command {
    private enum Output {
        TEXT,
        JSON
    }

    private enum State {
        STOPPED,
        STARTING,
        NOT_READY,
        READY
    }

    @Override
    public String name() {
        return "status";
    }

    @Override
    public String summary() {
        return "say whether a cluster runs and is ready";
    }

    @Override
    public FlagSet flags() {
        List<Flag> flags = new ArrayList<>(ClusterFlags.ALL);
        flags.add(Flag.value("output", "FORMAT", "text", "text or json"));
        return new FlagSet(flags).shorthand("o", "output");
    }

    @Override
    public int run(ParsedFlags flags, Console console) {
        flags.requireNoArguments(name());
        Output output = flags.choice("output", Output.class);
        ClusterDirectory directory = ClusterFlags.directory(flags, console);
        Optional<ServerRecord> server = ServerRecord.running(directory);
        State state = state(server, directory);
        Optional<String> problem = state == State.NOT_READY
                ? server.flatMap(running -> ReadyCheck.storeProblem(running.uri(), authority(directory)))
                : Optional.empty();
        switch (output) {
            case TEXT -> printText(ClusterFlags.name(flags), state, server, directory, problem, console.out());
            case JSON -> printJson(ClusterFlags.name(flags), state, server, directory, problem, console.out());
        }
        return state == State.READY ? 0 : 1;
    }

    private static State state(Optional<ServerRecord> server, ClusterDirectory directory) {
        if (server.isEmpty()) {
            return State.STOPPED;
        }
        String uri = server.get().uri();
        if (uri.isEmpty()) {
            return State.STARTING;
        }
        return ReadyCheck.isReady(uri, authority(directory)) ? State.READY : State.NOT_READY;
    }

    private static Path authority(ClusterDirectory directory) {
        return directory.pki().resolve("ca.crt");
    }

    /** The API is asked; the others live as long as the process once they have started. */
    private static String componentState(ServerRecord server, String component, State api) {
        if (!server.ready().contains(component)) {
            return Choice.word(State.STARTING);
        }
        return component.equals(Choice.word(ComponentName.API)) ? Choice.word(api) : Choice.word(State.READY);
    }

    private static void printText(
            String name,
            State state,
            Optional<ServerRecord> server,
            ClusterDirectory directory,
            Optional<String> problem,
            PrintStream out) {
        out.printf("%-12s %s%n", "Cluster", name);
        out.printf("%-12s %s%n", "State", Choice.word(state));
        server.ifPresent(running -> {
            out.printf("%-12s %s%n", "Server", running.uri());
            out.printf(
                    "%-12s %s%n",
                    "Components",
                    running.components().stream()
                            .map(component -> component + " " + componentState(running, component, state))
                            .collect(Collectors.joining(", ")));
            out.printf("%-12s %d, for %s%n", "Process", running.pid(), uptime(running));
        });
        out.printf("%-12s %s (store: %.1f MB)%n", "Data", directory.root(), directory.storeBytes() / 1e6);
        problem.ifPresent(why -> out.printf("%-12s refuses writes: %s%n", "Store", why));
    }

    private static void printJson(
            String name,
            State state,
            Optional<ServerRecord> server,
            ClusterDirectory directory,
            Optional<String> problem,
            PrintStream out) {
        StringBuilder json = new StringBuilder("{\n");
        json.append("  \"name\": ").append(quote(name)).append(",\n");
        json.append("  \"state\": ").append(quote(Choice.word(state))).append(",\n");
        server.ifPresent(running -> {
            json.append("  \"server\": ").append(quote(running.uri())).append(",\n");
            json.append("  \"components\": {")
                    .append(running.components().stream()
                            .map(component ->
                                    quote(component) + ": " + quote(componentState(running, component, state)))
                            .collect(Collectors.joining(", ")))
                    .append("},\n");
            running.containerd()
                    .ifPresent(socket -> json.append("  \"containerd\": ")
                            .append(quote(socket.toString()))
                            .append(",\n"));
            json.append("  \"pid\": ").append(running.pid()).append(",\n");
            json.append("  \"started\": ")
                    .append(quote(running.started().toString()))
                    .append(",\n");
        });
        problem.ifPresent(
                why -> json.append("  \"storeProblem\": ").append(quote(why)).append(",\n"));
        json.append("  \"storeBytes\": ").append(directory.storeBytes()).append(",\n");
        json.append("  \"dataDir\": ")
                .append(quote(directory.root().toString()))
                .append("\n}");
        out.println(json);
    }

    /** Names, addresses and paths: only what could end the string is escaped. */
    private static String quote(String text) {
        return "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
    }

    private static String uptime(ServerRecord server) {
        Duration up = Duration.between(server.started(), Instant.now());
        return up.toHours() > 0
                ? up.toHours() + "h" + up.toMinutesPart() + "m"
                : up.toMinutes() > 0 ? up.toMinutes() + "m" + up.toSecondsPart() + "s" : up.toSeconds() + "s";
    }
}
