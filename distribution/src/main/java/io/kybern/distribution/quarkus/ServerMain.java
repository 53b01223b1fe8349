package io.kybern.distribution.quarkus;

import io.kybern.apiserver.ApiServer;
import io.kybern.distribution.cluster.ClusterDirectory;
import io.kybern.distribution.flag.ParsedFlags;
import io.kybern.distribution.progress.Progress;
import io.kybern.distribution.progress.ProgressEvent;
import io.kybern.distribution.server.ServerFlags;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.annotations.QuarkusMain;
import java.io.PrintStream;
import java.util.List;

/**
 * The background process. Tells its start on standard output as {@link ProgressEvent}s, then says no more there; ends on
 * SIGTERM, or when its start failed. Standard error belongs to the JVM and goes to a log file.
 *
 * <p>What may be refused is refused before Quarkus starts; {@link ClusterProcess} does the rest.
 */
@QuarkusMain
public final class ServerMain {
    private ServerMain() {}

    public static void main(String... arguments) {
        Progress progress = toStandardOutput(System.out);
        Thread.ofPlatform().daemon().name("head-start").start(ApiServer::prepare);
        try {
            ParsedFlags flags = ServerFlags.ofProcess().parse(List.of(arguments));
            ServerFlags.check(flags);
            ClusterDirectory directory = ServerFlags.directory(flags);
            directory.lock();
            ClusterKeys.readAhead(directory);
            ServerProperties.of(directory, flags).forEach(System::setProperty);
        } catch (RuntimeException e) {
            progress.on(new ProgressEvent.Failed(reason(e)));
            System.exit(1);
        }
        Quarkus.run(arguments);
    }

    /** What went wrong, and what was at the bottom of it if that is something else. */
    static String reason(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        String message = String.valueOf(failure.getMessage());
        String bottom = root.getMessage();
        return bottom == null || message.contains(bottom) ? message : message + ": " + bottom;
    }

    static Progress toStandardOutput(PrintStream out) {
        return event -> {
            out.println(event.line());
            out.flush();
        };
    }
}
