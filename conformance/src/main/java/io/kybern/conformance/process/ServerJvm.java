package io.kybern.conformance.process;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * How a JVM of a server is started, as {@code kybern up} does: with the arguments in the file that {@code kybern.server.arguments}
 * names, or, where there is none (tests), with the most important of them.
 */
public final class ServerJvm {
    /** Of Quarkus, which is on the class path: it wants to be told before the first line is logged. */
    static final String LOG_MANAGER = "-Djava.util.logging.manager=org.jboss.logmanager.LogManager";

    /** Of a server without Quarkus, which alone gives its log manager a place to write to: all would be lost. */
    static final String PLAIN_LOG_MANAGER = "-Djava.util.logging.manager=java.util.logging.LogManager";

    private ServerJvm() {}

    /** A whole command line; more options may precede the main class. Its class path is this process's. */
    public static List<String> command(String... mainClass) {
        List<String> command = java();
        // The last one counts. It begins as the one in the file does, so that an AOT cache for that serves this, too.
        command.addAll(List.of("-cp", System.getProperty("java.class.path")));
        command.addAll(List.of(mainClass));
        return command;
    }

    /**
     * The same for a main class of the product, with the product's class path where the file tells it: each jar more is some memory
     * more.
     */
    static List<String> productCommand(String... mainClass) {
        if (argumentsFile().isEmpty()) {
            return command(mainClass);
        }
        List<String> command = java();
        command.addAll(List.of(mainClass));
        return command;
    }

    private static String argumentsFile() {
        return System.getProperty("kybern.server.arguments", "");
    }

    private static List<String> java() {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(argumentsFile().isEmpty() ? options() : List.of("@" + argumentsFile()));
        String more =
                Optional.ofNullable(System.getenv("KYBERN_SERVER_JAVA_OPTIONS")).orElse("");
        Stream.of(more.split("\\s+")).filter(option -> !option.isEmpty()).forEach(command::add);
        return command;
    }

    private static List<String> options() {
        List<String> options = new ArrayList<>(List.of(
                "-XX:+UseParallelGC",
                "-XX:MaxNewSize=160m",
                "--enable-native-access=ALL-UNNAMED",
                "-Dvertx.disableFileCaching=true",
                "-Dvertx.disableFileCPResolving=true",
                "-Dio.netty.allocator.maxOrder=7"));
        if (Runtime.version().feature() >= 25) {
            options.addAll(List.of("-XX:+UseCompactObjectHeaders", "--sun-misc-unsafe-memory-access=allow"));
        }
        return options;
    }
}
