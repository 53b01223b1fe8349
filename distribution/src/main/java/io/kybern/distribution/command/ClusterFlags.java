package io.kybern.distribution.command;

import io.kybern.distribution.cluster.ClusterDirectory;
import io.kybern.distribution.cluster.Elsewhere;
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

    /** Where {@code --data-dir} or else the name says; with the name alone also where a cluster of it runs elsewhere. */
    static ClusterDirectory directory(ParsedFlags flags, Console console) {
        return flags.optional("data-dir")
                .map(folder -> new ClusterDirectory(Path.of(folder)))
                .or(() -> elsewhere(flags, console).running())
                .orElseGet(() -> named(flags, console));
    }

    /** A cluster that runs is found by its name from now on. */
    static void remember(ClusterDirectory directory, ParsedFlags flags, Console console) {
        if (!directory.equals(named(flags, console))) {
            elsewhere(flags, console).write(directory);
        }
    }

    /** A cluster that doesn't run any more is found where its data is alone. */
    static void forget(ParsedFlags flags, Console console) {
        Elsewhere elsewhere = elsewhere(flags, console);
        if (elsewhere.running().isEmpty()) {
            elsewhere.delete();
        }
    }

    private static Elsewhere elsewhere(ParsedFlags flags, Console console) {
        return new Elsewhere(named(flags, console));
    }

    private static ClusterDirectory named(ParsedFlags flags, Console console) {
        return ClusterDirectory.ofName(name(flags), console.environment(), console.home());
    }
}
