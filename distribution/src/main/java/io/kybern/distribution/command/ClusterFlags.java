package io.kybern.distribution.command;

import io.kybern.distribution.cluster.ClusterDirectory;
import io.kybern.distribution.flag.Flag;
import io.kybern.distribution.flag.FlagException;
import io.kybern.distribution.flag.FlagSet;
import io.kybern.distribution.flag.ParsedFlags;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/** The flags by which every command finds its cluster. */
final class ClusterFlags {
    static final String DEFAULT_NAME = "default";

    static final List<Flag> ALL = List.of(
            Flag.value("name", "NAME", DEFAULT_NAME, "name of the cluster"),
            Flag.value("data-dir", "DIR", "", "where it keeps everything (default ~/.local/share/kybern/NAME)"));

    private static final Pattern NAME = Pattern.compile("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?");

    private ClusterFlags() {}

    static FlagSet only() {
        return new FlagSet(ALL);
    }

    static String name(ParsedFlags flags) {
        String name = flags.text("name");
        if (!NAME.matcher(name).matches()) {
            throw new FlagException(
                    "--name is made of lower case letters, digits and inner dashes, not \"" + name + "\"");
        }
        return name;
    }

    /** Of the kubeconfig context. */
    static String context(ParsedFlags flags) {
        String name = name(flags);
        return name.equals(DEFAULT_NAME) ? "kybern" : "kybern-" + name;
    }

    static ClusterDirectory directory(ParsedFlags flags, Console console) {
        return flags.optional("data-dir")
                .map(folder -> new ClusterDirectory(Path.of(folder)))
                .orElseGet(() -> ClusterDirectory.ofName(name(flags), console.environment(), console.home()));
    }
}
