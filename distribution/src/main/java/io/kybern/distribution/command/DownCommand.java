package io.kybern.distribution.command;

import io.kybern.distribution.cluster.ClusterDirectory;
import io.kybern.distribution.cluster.ServerRecord;
import io.kybern.distribution.flag.FlagSet;
import io.kybern.distribution.flag.ParsedFlags;
import java.util.Optional;

/** Stops a cluster; its data stays. */
final class DownCommand implements Command {
    @Override
    public String name() {
        return "down";
    }

    @Override
    public String summary() {
        return "stop a cluster, keep its data";
    }

    @Override
    public FlagSet flags() {
        return ClusterFlags.only();
    }

    @Override
    public int run(ParsedFlags flags, Console console) {
        flags.requireNoArguments(name());
        ClusterDirectory directory = ClusterFlags.directory(flags, console);
        Optional<ProcessHandle> process = ServerRecord.running(directory).flatMap(ServerRecord::process);
        if (process.isEmpty()) {
            Shutdown.cleanUp(directory);
            ClusterFlags.forget(flags, console);
            console.out().println("Cluster \"" + ClusterFlags.name(flags) + "\" is not running.");
            return 0;
        }
        Steps steps = new Steps(console);
        steps.begin("Stopping cluster \"" + ClusterFlags.name(flags) + "\"");
        Shutdown.stop(process.get(), directory);
        ClusterFlags.forget(flags, console);
        steps.end(true);
        return 0;
    }
}
