package io.kybern.node.server;

import io.fabric8.kubernetes.api.model.PodListBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.kybern.node.runtime.ContainerFailure;
import io.kybern.node.runtime.ContainerRuntime;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Serves the node's API, as the package's page tells. The event loop only parses and routes; whatever touches the runtime
 * is on virtual threads.
 */
public final class NodeServer implements AutoCloseable {
    private static final List<String> PROTOCOLS =
            List.of("v5.channel.k8s.io", "v4.channel.k8s.io", PortForwardEndpoint.TUNNEL);

    /** Source: {@code streamingConnectionIdleTimeout}'s default in the kubelet's configuration. */
    private static final int IDLE_SECONDS = 4 * 60 * 60;

    /** Whether the event loop is blocked is looked at now and then: an idle process should sleep. */
    private static final int LOOK_SECONDS = 10;

    private final Vertx vertx;
    private final HttpServer server;
    private final PodLookup pods;
    private final LogEndpoint logs;
    private final StreamEndpoint streams;
    private final PortForwardEndpoint ports;

    /** Listens when this returns. */
    public NodeServer(ServerConfig config, PodLookup pods, ContainerRuntime runtime) {
        this.pods = pods;
        var targets = new Targets(pods, runtime);
        this.logs = new LogEndpoint(targets, runtime);
        this.streams = new StreamEndpoint(targets, runtime);
        this.ports = new PortForwardEndpoint(targets, runtime);
        this.vertx = Vertx.vertx(new VertxOptions()
                .setEventLoopPoolSize(1)
                .setWorkerPoolSize(1)
                .setBlockedThreadCheckInterval(LOOK_SECONDS)
                .setBlockedThreadCheckIntervalUnit(TimeUnit.SECONDS)
                .setFileSystemOptions(
                        new FileSystemOptions().setFileCachingEnabled(false).setClassPathResolvingEnabled(false)));
        this.server = vertx.createHttpServer(options(config)).requestHandler(this::handle);
        server.listen(config.port(), config.address())
                .toCompletionStage()
                .toCompletableFuture()
                .join();
    }

    private static HttpServerOptions options(ServerConfig config) {
        var options = new HttpServerOptions()
                .setWebSocketSubProtocols(PROTOCOLS)
                .setMaxWebSocketMessageSize(1 << 20)
                .setIdleTimeout(IDLE_SECONDS);
        config.tls()
                .ifPresent(tls -> options.setSsl(true)
                        .setPemKeyCertOptions(new PemKeyCertOptions()
                                .addCertPath(tls.certificate().toString())
                                .addKeyPath(tls.key().toString()))
                        .setPemTrustOptions(new PemTrustOptions()
                                .addCertPath(tls.clientAuthority().toString()))
                        .setClientAuth(ClientAuth.REQUIRED));
        return options;
    }

    public int port() {
        return server.actualPort();
    }

    private void handle(HttpServerRequest request) {
        List<String> path = new ArrayList<>(List.of(request.path().split("/")));
        path.removeIf(String::isEmpty);
        try {
            switch (path.isEmpty() ? "" : path.getFirst()) {
                case "healthz" -> request.response().end("ok");
                case "pods" -> pods(request);
                case "containerLogs" -> logs.handle(request, path);
                case "exec" -> streams.exec(request, path);
                case "attach" -> streams.attach(request, path);
                case "portForward" -> ports.handle(request, path);
                default -> throw new RefusedException(404, "404 page not found");
            }
        } catch (RefusedException | ContainerFailure e) {
            refuse(request, e);
        }
    }

    private void pods(HttpServerRequest request) {
        var list = new PodListBuilder()
                .withNewMetadata()
                .endMetadata()
                .withItems(List.copyOf(pods.pods()))
                .build();
        request.response().putHeader("Content-Type", "application/json").end(Serialization.asJson(list));
    }

    static void refuse(HttpServerRequest request, RuntimeException why) {
        int code = switch (why) {
            case RefusedException refused -> refused.code();
            case ContainerFailure failure ->
                switch (failure.reason()) {
                    case "NotFound" -> 404;
                    case "NotSupported" -> 501;
                    default -> 500;
                };
            default -> 500;
        };
        if (!request.response().headWritten()) {
            request.response()
                    .setStatusCode(code)
                    .putHeader("Content-Type", "text/plain; charset=utf-8")
                    .end(String.valueOf(why.getMessage()));
        } else {
            request.connection().close();
        }
    }

    @Override
    public void close() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }
}
