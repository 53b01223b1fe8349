package io.kybern.distribution.command;

import io.kybern.distribution.flag.FlagSet;
import io.kybern.distribution.flag.ParsedFlags;

/** One word after {@code kybern}. */
interface Command {
    String name();

    /** Its arguments in the help, such as {@code [COMPONENT]}; empty: none. */
    default String arguments() {
        return "";
    }

    /** One line for the help. */
    String summary();

    FlagSet flags();

    /**
     * Does it.
     *
     * @return the exit code
     * @throws io.kybern.distribution.flag.FlagException for arguments that make no sense: exit code 2
     * @throws io.kybern.distribution.cluster.ClusterException for anything else that the user must know: exit code 1
     */
    int run(ParsedFlags flags, Console console);
}
