package io.kybern.distribution.log;

import java.util.List;

/** The log files of a server and which loggers write to each. */
public enum ComponentLog {
    API("api", List.of("io.kybern.apiserver", "io.kybern.crd")),
    SCHEDULER("scheduler", List.of("io.kybern.operators.scheduler")),
    CONTROLLERS("controllers", List.of("io.kybern.operators", "io.javaoperatorsdk")),
    NODE("node", List.of("io.kybern.node")),
    /** Everything else, also what the JVM itself prints. */
    SERVER("server", List.of());

    private final String word;
    private final List<String> loggers;

    ComponentLog(String word, List<String> loggers) {
        this.word = word;
        this.loggers = loggers;
    }

    /** The name on the command line. */
    public String word() {
        return word;
    }

    public String fileName() {
        return word + ".log";
    }

    /** The file of a logger: the first whose packages hold it, so that the scheduler's come before the controllers'. */
    static ComponentLog of(String logger) {
        for (ComponentLog log : values()) {
            for (String prefix : log.loggers) {
                if (logger.startsWith(prefix)) {
                    return log;
                }
            }
        }
        return SERVER;
    }
}
