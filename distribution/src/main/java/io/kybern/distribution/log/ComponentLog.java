package io.kybern.distribution.log;

/** The log files of a server. What goes to each is configured where the server's logging is: application.properties. */
public enum ComponentLog {
    API("api"),
    SCHEDULER("scheduler"),
    CONTROLLERS("controllers"),
    NODE("node"),
    /** Everything else, also what the JVM itself prints. */
    SERVER("server");

    private final String word;

    ComponentLog(String word) {
        this.word = word;
    }

    /** The name on the command line. */
    public String word() {
        return word;
    }

    public String fileName() {
        return word + ".log";
    }
}
