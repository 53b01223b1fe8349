package io.kybern.distribution.server;

import io.kybern.distribution.cluster.ClusterException;
import io.kybern.distribution.flag.Flag;
import io.kybern.distribution.flag.FlagSet;
import io.kybern.distribution.flag.ParsedFlags;
import io.kybern.distribution.progress.Progress;
import io.kybern.distribution.progress.ProgressEvent;
import java.io.PrintStream;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;

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
            throw new ClusterException("the API server is not part of this build yet");
        } catch (RuntimeException | Error e) {
            LOG.log(Level.ERROR, "the start failed", e);
            progress.on(new ProgressEvent.Failed(String.valueOf(e.getMessage())));
            System.exit(1);
        }
    }

    private static Progress toStandardOutput(PrintStream out) {
        return event -> {
            out.println(event.line());
            out.flush();
        };
    }
}
