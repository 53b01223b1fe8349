package io.kybern.distribution.command;

import io.kybern.distribution.Version;
import io.kybern.distribution.flag.FlagSet;
import io.kybern.distribution.flag.ParsedFlags;
import java.util.List;

/** Says which Kybern this is. */
final class VersionCommand implements Command {
    @Override
    public String name() {
        return "version";
    }

    @Override
    public String summary() {
        return "print the version";
    }

    @Override
    public FlagSet flags() {
        return new FlagSet(List.of());
    }

    @Override
    public int run(ParsedFlags flags, Console console) {
        flags.requireNoArguments(name());
        console.out()
                .println("kybern " + Version.KYBERN + " (Kubernetes " + Version.KUBERNETES + ", Java "
                        + Runtime.version() + ")");
        return 0;
    }
}
