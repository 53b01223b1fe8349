package io.kybern.distribution.command;

import io.kybern.distribution.cluster.ClusterDirectory;
import io.kybern.distribution.cluster.ClusterException;
import io.kybern.distribution.flag.Choice;
import io.kybern.distribution.flag.Flag;
import io.kybern.distribution.flag.FlagException;
import io.kybern.distribution.flag.FlagSet;
import io.kybern.distribution.flag.ParsedFlags;
import io.kybern.distribution.log.ComponentLog;
import io.kybern.distribution.log.LogPrinter;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;

/** Prints what a cluster's components logged. */
final class LogsCommand implements Command {
    @Override
    public String name() {
        return "logs";
    }

    @Override
    public String arguments() {
        return "[COMPONENT]";
    }

    @Override
    public String summary() {
        return "print logs: api, controllers, scheduler, node, server";
    }

    @Override
    public FlagSet flags() {
        List<Flag> flags = new ArrayList<>(ClusterFlags.ALL);
        flags.add(Flag.toggle("follow", "go on with what is logged from now on"));
        return new FlagSet(flags).shorthand("f", "follow");
    }

    @Override
    public int run(ParsedFlags flags, Console console) {
        if (flags.positional().size() > 1) {
            throw new FlagException("kybern logs takes one COMPONENT, or none for all");
        }
        List<ComponentLog> logs = flags.positional().isEmpty()
                ? List.of(ComponentLog.values())
                : List.of(Choice.of("COMPONENT", flags.positional().getFirst(), ComponentLog.class));
        ClusterDirectory directory = ClusterFlags.directory(flags, console);
        if (!Files.isDirectory(directory.logs())) {
            throw new ClusterException("cluster \"" + ClusterFlags.name(flags) + "\" was never started; run kybern up");
        }
        try {
            LogPrinter printer = new LogPrinter(directory.logs(), logs, console.out());
            printer.printAll();
            if (flags.isOn("follow")) {
                printer.follow();
            }
            return 0;
        } catch (IOException e) {
            throw new ClusterException("cannot read " + directory.logs() + ": " + e.getMessage(), e);
        }
    }
}
