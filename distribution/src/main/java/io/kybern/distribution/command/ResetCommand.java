package io.kybern.distribution.command;

import io.kybern.distribution.cluster.ClusterDirectory;
import io.kybern.distribution.cluster.ClusterException;
import io.kybern.distribution.cluster.ServerRecord;
import io.kybern.distribution.flag.FlagSet;
import io.kybern.distribution.flag.ParsedFlags;
import java.nio.file.Files;

/** Stops a cluster and deletes everything of it. */
final class ResetCommand implements Command {
    @Override
    public String name() {
        return "reset";
    }

    @Override
    public String summary() {
        return "stop a cluster and delete its data";
    }

    @Override
    public FlagSet flags() {
        return ClusterFlags.only();
    }

    @Override
    public int run(ParsedFlags flags, Console console) {
        flags.requireNoArguments(name());
        ClusterDirectory directory = ClusterFlags.directory(flags, console);
        if (!directory.exists()) {
            if (Files.exists(directory.root())) {
                throw new ClusterException(directory.root() + " is not the data of a cluster; nothing was deleted");
            }
            console.out().println("Cluster \"" + ClusterFlags.name(flags) + "\" does not exist.");
            return 0;
        }
        Steps steps = new Steps(console);
        steps.begin("Stopping cluster \"" + ClusterFlags.name(flags) + "\"");
        ServerRecord.running(directory)
                .flatMap(ServerRecord::process)
                .ifPresentOrElse(process -> Shutdown.stop(process, directory), () -> Shutdown.cleanUp(directory));
        steps.begin("Deleting " + directory.root());
        directory.delete();
        ClusterFlags.forget(flags, console);
        steps.end(true);
        return 0;
    }
}
