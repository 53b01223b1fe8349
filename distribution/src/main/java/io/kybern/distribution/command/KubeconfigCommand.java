package io.kybern.distribution.command;

import io.kybern.distribution.cluster.ClusterDirectory;
import io.kybern.distribution.cluster.ClusterException;
import io.kybern.distribution.flag.FlagSet;
import io.kybern.distribution.flag.ParsedFlags;
import java.io.IOException;
import java.nio.file.Files;

/** Prints a kubeconfig of its own for a cluster's administrator. */
final class KubeconfigCommand implements Command {
    @Override
    public String name() {
        return "kubeconfig";
    }

    @Override
    public String summary() {
        return "print the administrator's kubeconfig";
    }

    @Override
    public FlagSet flags() {
        return ClusterFlags.only();
    }

    @Override
    public int run(ParsedFlags flags, Console console) {
        flags.requireNoArguments(name());
        ClusterDirectory directory = ClusterFlags.directory(flags, console);
        try {
            console.out().print(Files.readString(directory.adminKubeconfig()));
            return 0;
        } catch (IOException e) {
            throw new ClusterException(
                    "cluster \"" + ClusterFlags.name(flags) + "\" was never started; run kybern up", e);
        }
    }
}
