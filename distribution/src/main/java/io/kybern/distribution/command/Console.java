package io.kybern.distribution.command;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Map;

/**
 * What a command sees of the outside.
 *
 * @param terminal whether {@code out} is one, so that lines may be rewritten and coloured
 */
record Console(PrintStream out, PrintStream err, Map<String, String> environment, Path home, boolean terminal) {
    /** The start script asks whether there is a terminal: Java knows that only from 22 on. */
    static Console ofThisProcess() {
        boolean terminal =
                Boolean.getBoolean("kybern.terminal") && !System.getenv().containsKey("NO_COLOR");
        return new Console(System.out, System.err, System.getenv(), Path.of(System.getProperty("user.home")), terminal);
    }
}
