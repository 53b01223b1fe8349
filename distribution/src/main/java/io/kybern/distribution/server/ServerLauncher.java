package io.kybern.distribution.server;

import io.kybern.distribution.cluster.ClusterDirectory;
import io.kybern.distribution.cluster.ClusterException;
import io.kybern.distribution.log.ComponentLog;
import io.kybern.distribution.progress.Progress;
import io.kybern.distribution.progress.ProgressEvent;
import io.kybern.distribution.progress.ProgressReader;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Starts a server as a process of its own, which outlives this one and its terminal.
 *
 * @param java the {@code java} to run
 * @param jvmArguments its arguments up to the main class
 */
public record ServerLauncher(Path java, List<String> jvmArguments) {
    /** Names a file with the server's JVM arguments; where it isn't set, the server runs on this process's class path. */
    private static final String ARGUMENTS_FILE = "kybern.server.arguments";

    /** By name: the command's process has no use for Quarkus. */
    private static final String MAIN = "io.kybern.distribution.quarkus.ServerMain";

    /** Has to be said before the first line is logged. */
    private static final String LOG_MANAGER = "-Djava.util.logging.manager=org.jboss.logmanager.LogManager";

    public ServerLauncher {
        jvmArguments = List.copyOf(jvmArguments);
    }

    /** With the JVM and the classes of this process. */
    public static ServerLauncher ofThisProcess() {
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        String file = System.getProperty(ARGUMENTS_FILE, "");
        return new ServerLauncher(
                java,
                file.isEmpty()
                        ? List.of(
                                "-XX:+UseSerialGC",
                                "-XX:TieredStopAtLevel=1",
                                "-cp",
                                System.getProperty("java.class.path"))
                        : List.of("@" + file));
    }

    /**
     * Starts the server and passes its progress on until it is ready.
     *
     * @return the running process
     * @throws ClusterException with the reason, when nothing of it runs any more
     */
    public Process launch(ClusterDirectory directory, List<String> serverArguments, Progress progress) {
        try {
            Files.createDirectories(directory.logs());
            Path log = directory.logs().resolve(ComponentLog.SERVER.fileName());
            List<String> command = new ArrayList<>(detached());
            command.add(java.toString());
            command.addAll(jvmArguments);
            command.addAll(userArguments());
            command.add(LOG_MANAGER);
            command.add(MAIN);
            command.addAll(serverArguments);
            ProcessBuilder builder = new ProcessBuilder(command)
                    .redirectInput(new File("/dev/null"))
                    .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()));
            // glibc gives each of many threads memory of its own and keeps what they free: tens of megabytes.
            builder.environment().putIfAbsent("MALLOC_ARENA_MAX", "2");
            Process process = builder.start();
            await(process, log, progress);
            return process;
        } catch (IOException e) {
            throw new ClusterException("cannot start the server: " + e.getMessage(), e);
        }
    }

    private static void await(Process process, Path log, Progress progress) throws IOException {
        Thread killer = new Thread(process::destroy, "abandon-start");
        Runtime.getRuntime().addShutdownHook(killer);
        ProgressEvent last = ProgressReader.read(process.getInputStream(), progress)
                .orElse(new ProgressEvent.Failed("the server ended while it started; see " + log));
        if (last instanceof ProgressEvent.Failed failed) {
            process.destroy();
            process.onExit().join();
            Runtime.getRuntime().removeShutdownHook(killer);
            throw new ClusterException(failed.message());
        }
        Runtime.getRuntime().removeShutdownHook(killer);
    }

    /** A session of its own where the system has the command, else at least deaf to the terminal's end. */
    private static List<String> detached() {
        return Stream.of("setsid", "nohup").filter(ServerLauncher::isInstalled).findFirst().stream()
                .toList();
    }

    /** For debuggers and experiments: what the user wants the server's JVM to be told, after our own. */
    private static List<String> userArguments() {
        String options =
                Optional.ofNullable(System.getenv("KYBERN_SERVER_JAVA_OPTIONS")).orElse("");
        return Stream.of(options.split("\\s+"))
                .filter(option -> !option.isEmpty())
                .toList();
    }

    private static boolean isInstalled(String command) {
        String path = Optional.ofNullable(System.getenv("PATH")).orElse("");
        return Stream.of(path.split(File.pathSeparator))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, command)));
    }
}
