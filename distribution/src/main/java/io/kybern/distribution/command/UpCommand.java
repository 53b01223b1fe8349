package io.kybern.distribution.command;

import io.kybern.distribution.cluster.ClusterDirectory;
import io.kybern.distribution.cluster.ClusterException;
import io.kybern.distribution.cluster.ContextRecord;
import io.kybern.distribution.cluster.ServerRecord;
import io.kybern.distribution.flag.Flag;
import io.kybern.distribution.flag.FlagSet;
import io.kybern.distribution.flag.ParsedFlags;
import io.kybern.distribution.kubeconfig.Kubeconfig;
import io.kybern.distribution.kubeconfig.KubeconfigFile;
import io.kybern.distribution.progress.ProgressEvent;
import io.kybern.distribution.server.ServerFlags;
import io.kybern.distribution.server.ServerLauncher;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Starts a cluster in the background and makes it kubectl's current context. */
final class UpCommand implements Command {
    private static final Duration KUBECONFIG_PATIENCE = Duration.ofSeconds(10);

    @Override
    public String name() {
        return "up";
    }

    @Override
    public String summary() {
        return "start a cluster";
    }

    @Override
    public FlagSet flags() {
        List<Flag> flags = new ArrayList<>(ClusterFlags.ALL);
        flags.addAll(ServerFlags.OWN);
        flags.add(Flag.value("kubeconfig", "FILE", "", "gets the context (default $KUBECONFIG or ~/.kube/config)"));
        flags.add(Flag.toggle("foreground", "stay until the cluster is stopped by Ctrl-C"));
        flags.add(Flag.value("config", "FILE", "", "YAML with flags, without dashes; the command line wins"));
        flags.addAll(ServerFlags.OF_KUBE_APISERVER);
        flags.addAll(ServerFlags.OF_ETCD);
        flags.addAll(ServerFlags.OF_LEADER_ELECTION);
        return new FlagSet(flags);
    }

    @Override
    public int run(ParsedFlags commandLine, Console console) {
        commandLine.requireNoArguments(name());
        ParsedFlags flags = commandLine
                .optional("config")
                .map(file -> commandLine.over(flags().parseSettings(SettingsFile.read(Path.of(file)))))
                .orElse(commandLine);
        ServerFlags.check(flags);
        ClusterDirectory directory = ClusterFlags.directory(flags, console);
        directory.checkFormat();
        Optional<ServerRecord> running = ServerRecord.running(directory);
        if (running.isPresent()) {
            return alreadyRunning(running.get(), directory, flags, console);
        }
        checkPort(flags);
        return start(directory, flags, console);
    }

    private static int alreadyRunning(
            ServerRecord server, ClusterDirectory directory, ParsedFlags flags, Console console) {
        if (server.uri().isEmpty()) {
            throw new ClusterException("cluster \"" + ClusterFlags.name(flags) + "\" is just being started by process "
                    + server.pid() + "; see kybern status");
        }
        writeContext(directory, flags, console);
        console.out().println("Cluster \"" + ClusterFlags.name(flags) + "\" runs already at " + server.uri() + ".");
        return 0;
    }

    private static int start(ClusterDirectory directory, ParsedFlags flags, Console console) {
        long begin = System.nanoTime();
        console.out().println("Starting cluster \"" + ClusterFlags.name(flags) + "\" ...");
        ServerFlags.runtimeNote(flags).ifPresent(note -> console.out().println(note + "."));
        Steps steps = new Steps(console);
        StringBuilder served = new StringBuilder();
        Process server;
        try {
            server = ServerLauncher.ofThisProcess().launch(directory, serverArguments(directory, flags), event -> {
                steps.on(event);
                if (event instanceof ProgressEvent.Serving serving) {
                    served.append("API ready at ")
                            .append(serving.uri())
                            .append(" after ")
                            .append(since(begin));
                }
            });
        } catch (ClusterException e) {
            steps.end(false);
            throw e;
        }
        Path kubeconfig = writeContext(directory, flags, console);
        steps.begin("Writing context \"" + ClusterFlags.context(flags) + "\" to " + kubeconfig);
        steps.end(true);
        console.out().println(served + ", everything after " + since(begin) + ".");
        ClusterFlags.remember(directory, flags, console);
        if (!flags.isOn("foreground")) {
            return 0;
        }
        int status = Foreground.await(server, directory);
        ClusterFlags.forget(flags, console);
        return status;
    }

    private static List<String> serverArguments(ClusterDirectory directory, ParsedFlags flags) {
        List<String> arguments = new ArrayList<>();
        flags.given().forEach((name, value) -> {
            if (ServerFlags.ofProcess().flags().stream()
                    .anyMatch(flag -> flag.name().equals(name))) {
                arguments.add("--" + name + "="
                        + (name.endsWith("file") ? Path.of(value).toAbsolutePath() : value));
            }
        });
        arguments.add("--" + ServerFlags.DIRECTORY.name() + "=" + directory.root());
        arguments.add("--" + ServerFlags.CONTEXT.name() + "=" + ClusterFlags.context(flags));
        return arguments;
    }

    /** Asks before a process is started: the commonest reason for a failed start deserves the quickest answer. */
    private static void checkPort(ParsedFlags flags) {
        int port = flags.number(ServerFlags.PORT.name(), 0, 65535);
        try (ServerSocket probe = new ServerSocket()) {
            probe.setReuseAddress(true);
            probe.bind(new InetSocketAddress(ServerFlags.bindAddress(flags), port));
        } catch (IOException e) {
            throw new ClusterException(
                    "cannot listen on port " + port + " of " + ServerFlags.bindAddress(flags) + " (" + e.getMessage()
                            + "): stop what uses it, or choose another: kybern up --port " + (port + 1),
                    e);
        }
    }

    private static Path writeContext(ClusterDirectory directory, ParsedFlags flags, Console console) {
        Path path = flags.optional("kubeconfig")
                .map(Path::of)
                .orElseGet(() -> KubeconfigFile.defaultPath(console.environment(), console.home()))
                .toAbsolutePath();
        String context = ClusterFlags.context(flags);
        Optional<ContextRecord> last = ContextRecord.read(directory)
                .filter(record ->
                        record.kubeconfig().equals(path) && record.context().equals(context));
        try {
            Kubeconfig admin = Kubeconfig.parse(Files.readString(directory.adminKubeconfig()));
            Optional<String> before = new KubeconfigFile(path, KUBECONFIG_PATIENCE).merge(admin, context);
            new ContextRecord(path, context, before.or(() -> last.flatMap(ContextRecord::before))).write(directory);
        } catch (IOException e) {
            throw new ClusterException("cannot read " + directory.adminKubeconfig() + ": " + e.getMessage(), e);
        }
        return path;
    }

    private static String since(long begin) {
        return String.format("%.1f s", (System.nanoTime() - begin) / 1e9);
    }
}
