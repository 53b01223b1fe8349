package io.kybern.distribution.quarkus;

import io.kybern.apiserver.heap.OldGeneration;
import io.kybern.apiserver.pki.Pki;
import io.kybern.apiserver.quarkus.ApiServerHost;
import io.kybern.apiserver.quarkus.ApiServerSettings;
import io.kybern.apiserver.quarkus.HealthPages;
import io.kybern.distribution.AllInOne;
import io.kybern.distribution.AllInOneConfig;
import io.kybern.distribution.NodeRuntime;
import io.kybern.distribution.cluster.ClusterDirectory;
import io.kybern.distribution.cluster.ServerRecord;
import io.kybern.distribution.flag.Choice;
import io.kybern.distribution.flag.ParsedFlags;
import io.kybern.distribution.kubeconfig.AdminKubeconfig;
import io.kybern.distribution.progress.Progress;
import io.kybern.distribution.progress.ProgressEvent;
import io.kybern.distribution.server.ServerFlags;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.runtime.annotations.CommandLineArguments;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.health.Readiness;

/** Starts the cluster when the application starts, and stops it with the application: on SIGTERM. */
@Singleton
final class ClusterProcess {
    private static final Logger LOG = System.getLogger(ClusterProcess.class.getName());

    private final ApiServerSettings settings;
    private final ApiServerHost host;
    private final HealthPages health;
    private final ComponentHealth components;
    private final ParsedFlags flags;
    private final ClusterDirectory directory;
    private Optional<AllInOne> cluster = Optional.empty();

    @Inject
    ClusterProcess(
            ApiServerSettings settings,
            ApiServerHost host,
            HealthPages health,
            @Readiness ComponentHealth components,
            @CommandLineArguments String[] arguments) {
        this.settings = settings;
        this.host = host;
        this.health = health;
        this.components = components;
        this.flags = ServerFlags.ofProcess().parse(List.of(arguments));
        this.directory = ServerFlags.directory(flags);
    }

    void start(@Observes StartupEvent event) {
        Progress progress = ServerMain.toStandardOutput(System.out);
        try {
            start(progress);
            OldGeneration.keepSmall();
            progress.on(new ProgressEvent.Ready());
        } catch (RuntimeException | Error e) {
            LOG.log(Level.ERROR, "the start failed", e);
            progress.on(new ProgressEvent.Failed(ServerMain.reason(e)));
            throw e;
        }
    }

    private void start(Progress progress) {
        List<String> names =
                ServerFlags.components(flags).stream().map(Choice::word).toList();
        RecordKeeper record = new RecordKeeper(directory, ServerRecord.ofThisProcess(names, containerd()), progress);
        Pki pki = ClusterKeys.of(directory);
        AllInOneConfig config = ServerConfig.of(directory, flags, ApiServerSettings.config(settings, pki));
        components.expect(names);
        cluster = Optional.of(AllInOne.start(config, components.over(record), server -> {
            host.runs(server);
            health.serveBy(server);
            URI uri = server.uri();
            String context = flags.text(ServerFlags.CONTEXT.name());
            AdminKubeconfig.write(directory.adminKubeconfig(), AdminKubeconfig.text(context, uri, pki));
            record.serving(uri);
            progress.on(new ProgressEvent.Serving(uri.toString()));
        }));
    }

    private Optional<Path> containerd() {
        return ServerFlags.chosenRuntime(flags)
                .filter(NodeRuntime.CONTAINERD::equals)
                .map(unused -> ServerFlags.runtimeSocket(flags));
    }

    void stop(@Observes ShutdownEvent event) {
        components.stopping();
        cluster.ifPresent(running -> {
            running.close();
            ServerRecord.delete(directory);
        });
    }
}
