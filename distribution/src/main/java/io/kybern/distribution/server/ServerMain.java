package io.kybern.distribution.server;

import io.kybern.apiserver.pki.ClientIdentity;
import io.kybern.apiserver.pki.Pki;
import io.kybern.distribution.AllInOne;
import io.kybern.distribution.NodeRuntime;
import io.kybern.distribution.cluster.ClusterDirectory;
import io.kybern.distribution.cluster.ServerRecord;
import io.kybern.distribution.flag.Choice;
import io.kybern.distribution.flag.Flag;
import io.kybern.distribution.flag.FlagSet;
import io.kybern.distribution.flag.ParsedFlags;
import io.kybern.distribution.kubeconfig.AdminKubeconfig;
import io.kybern.distribution.log.LogFiles;
import io.kybern.distribution.progress.Progress;
import io.kybern.distribution.progress.ProgressEvent;
import java.io.PrintStream;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The background process. Tells its start on standard output as {@link ProgressEvent}s, then says no more there; ends on
 * SIGTERM, or when its start failed. Standard error belongs to the JVM and goes to a log file.
 */
public final class ServerMain {
    private static final Logger LOG = System.getLogger(ServerMain.class.getName());

    /** The directory comes from the command that launches the process: names are resolved there. */
    public static final Flag DIRECTORY = Flag.value("data-dir", "DIR", "", "the cluster's directory");

    /** Also the name of its cluster and user. */
    public static final Flag CONTEXT =
            Flag.value("context", "NAME", "kybern", "name in the administrator's kubeconfig");

    private ServerMain() {}

    /** All that a server understands. */
    public static FlagSet flags() {
        List<Flag> flags = new ArrayList<>(ServerFlags.OWN);
        flags.addAll(ServerFlags.OF_KUBE_APISERVER);
        flags.add(DIRECTORY);
        flags.add(CONTEXT);
        return new FlagSet(flags);
    }

    public static void main(String[] arguments) {
        Progress progress = toStandardOutput(System.out);
        try {
            ParsedFlags flags = flags().parse(List.of(arguments));
            ServerFlags.check(flags);
            start(new ClusterDirectory(Path.of(flags.text(DIRECTORY.name()))), flags, progress);
        } catch (RuntimeException | Error e) {
            LOG.log(Level.ERROR, "the start failed", e);
            progress.on(new ProgressEvent.Failed(reason(e)));
            System.exit(1);
        }
    }

    private static void start(ClusterDirectory directory, ParsedFlags flags, Progress progress) {
        directory.lock();
        LogFiles.install(directory.logs());
        List<String> names =
                ServerFlags.components(flags).stream().map(Choice::word).toList();
        RecordKeeper record =
                new RecordKeeper(directory, ServerRecord.ofThisProcess(names, containerd(flags)), progress);
        Pki pki = Pki.open(directory.pki(), InstantSource.system());
        // The slowest keys of a first start are made while the server starts.
        Thread.ofVirtual().start(() -> pki.client(ClientIdentity.ADMIN));
        AllInOne process = AllInOne.start(ServerConfig.of(directory, flags, pki), record, uri -> {
            String context = flags.text(CONTEXT.name());
            AdminKubeconfig.write(directory.adminKubeconfig(), AdminKubeconfig.text(context, uri, pki));
            record.serving(uri);
            progress.on(new ProgressEvent.Serving(uri.toString()));
        });
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(process, directory), "shutdown"));
        progress.on(new ProgressEvent.Ready());
    }

    private static Optional<Path> containerd(ParsedFlags flags) {
        return ServerFlags.chosenRuntime(flags)
                .filter(NodeRuntime.CONTAINERD::equals)
                .map(unused -> ServerFlags.runtimeSocket(flags));
    }

    private static void stop(AllInOne process, ClusterDirectory directory) {
        process.close();
        ServerRecord.delete(directory);
    }

    /** What went wrong, and what was at the bottom of it if that is something else. */
    private static String reason(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        String message = String.valueOf(failure.getMessage());
        String bottom = String.valueOf(root.getMessage());
        return message.contains(bottom) ? message : message + ": " + bottom;
    }

    private static Progress toStandardOutput(PrintStream out) {
        return event -> {
            out.println(event.line());
            out.flush();
        };
    }
}
