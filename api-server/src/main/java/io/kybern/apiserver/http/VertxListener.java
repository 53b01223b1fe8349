package io.kybern.apiserver.http;

import io.kybern.apiserver.pki.Credential;
import io.vertx.core.AbstractVerticle;
import io.vertx.core.Context;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import java.io.IOException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Carries requests from TLS sockets (HTTP/1.1 and HTTP/2 on one port) to the chain and answers back. Reads run on the
 * event loop of their connection; everything else, and reads that have to wait, on a virtual thread each.
 */
public final class VertxListener implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(VertxListener.class.getName());
    private static final int EVENT_LOOPS =
            Math.max(1, Math.min(8, Runtime.getRuntime().availableProcessors()));
    private static final Set<String> BODYLESS = Set.of("GET", "HEAD", "OPTIONS");

    private final Vertx vertx;
    private final Executor virtualThreads;
    private final Function<ApiRequest, ApiResponse> chain;
    private final HttpServerOptions options;
    private final ResponseWriter responses;
    private final InFlight inFlight = new InFlight();
    private final OpenThings<HttpConnection> connections = new OpenThings<>();
    private volatile boolean leaving;
    private volatile int port;

    private VertxListener(Listen listen, Function<ApiRequest, ApiResponse> chain, Executor virtualThreads) {
        this.chain = chain;
        this.virtualThreads = virtualThreads;
        this.vertx = Vertx.vertx(EventLoops.options(EVENT_LOOPS)
                .setInternalBlockingPoolSize(2)
                .setPreferNativeTransport(false)
                .setDisableTCCL(true));
        this.responses = new ResponseWriter(vertx);
        this.port = listen.port();
        this.options = ListenerOptions.of(listen);
    }

    /** Loads BoringSSL, which the first {@link #start} does else. */
    public static void loadLibraries() {
        ListenerOptions.loadLibraries();
    }

    /**
     * Where to listen and with which certificate.
     *
     * @param port 0: any free one
     */
    public record Listen(String host, int port, Credential credential, X509Certificate clientAuthority) {
        @Override
        public String toString() {
            return host + ":" + port;
        }
    }

    /**
     * Starts to listen.
     *
     * @throws IOException if the port can't be bound
     */
    public static VertxListener start(Listen listen, Function<ApiRequest, ApiResponse> chain, Executor virtualThreads)
            throws IOException {
        VertxListener listener = new VertxListener(listen, chain, virtualThreads);
        try {
            listener.bind();
            return listener;
        } catch (IOException e) {
            listener.close();
            throw e;
        }
    }

    private void bind() throws IOException {
        await(vertx.deployVerticle(Loop::new, new DeploymentOptions().setInstances(EVENT_LOOPS))
                .toCompletionStage()
                .toCompletableFuture());
    }

    private static void await(java.util.concurrent.CompletableFuture<?> future) throws IOException {
        try {
            future.get(30, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new IOException(cause.getMessage(), cause);
        } catch (TimeoutException e) {
            throw new IOException("the listener did not start in 30 s", e);
        }
    }

    public int port() {
        return port;
    }

    /** Waits until no request is without an answer; whether that was within {@code patience}. */
    public boolean drain(Duration patience) {
        return inFlight.awaitNone(patience);
    }

    /** Asks clients to connect elsewhere: at once over HTTP/2, with their next answer over HTTP/1.1. */
    public void goAway() {
        leaving = true;
        for (HttpConnection connection : connections.now()) {
            try {
                connection.goAway(0, Integer.MAX_VALUE); // what is on its way is answered still
            } catch (UnsupportedOperationException e) {
                // HTTP/1.1
            }
        }
    }

    /** Waits until clients have closed their connections, after {@link #goAway}; whether that was within {@code patience}. */
    public boolean awaitGone(Duration patience) {
        return connections.awaitNone(patience);
    }

    /** Ends all connections: call {@link #drain} before. */
    @Override
    public void close() {
        try {
            await(vertx.close().toCompletionStage().toCompletableFuture());
        } catch (IOException e) {
            LOG.log(Level.WARNING, "the listener did not close in good order", e);
        }
    }

    /** One event loop's share of the connections. */
    private final class Loop extends AbstractVerticle {
        @Override
        public void start(Promise<Void> started) {
            HttpServer server = vertx.createHttpServer(options);
            server.connectionHandler(VertxListener.this::opened)
                    .requestHandler(VertxListener.this::receive)
                    .exceptionHandler(e -> LOG.log(Level.FINE, "connection refused", e))
                    .listen()
                    .onSuccess(s -> {
                        port = s.actualPort();
                        started.complete();
                    })
                    .onFailure(started::fail);
        }
    }

    private void opened(HttpConnection connection) {
        connections.add(connection);
        connection.closeHandler(v -> connections.remove(connection));
    }

    // ---- requests

    private void receive(HttpServerRequest incoming) {
        ApiRequest request =
                ApiRequest.of(incoming.method().name(), incoming.uri(), headers(incoming), Connections.peer(incoming));
        if (BODYLESS.contains(request.method())) {
            read(incoming, request, inFlight.enter());
            return;
        }
        BodyCollector.collect(incoming, request, whole -> onVirtualThread(incoming, whole, inFlight.enter()));
    }

    private void read(HttpServerRequest incoming, ApiRequest request, InFlight.Entry entry) {
        ApiResponse response;
        try {
            response = chain.apply(request);
        } catch (MustWaitException e) {
            if (upgrades(incoming)) {
                // A request that was read to its end meanwhile can't become a WebSocket any more.
                incoming.pause();
            }
            onVirtualThread(incoming, request, entry);
            return;
        } catch (RuntimeException | Error e) {
            entry.leave();
            incoming.response().reset();
            throw e;
        }
        answer(incoming, request, response, entry);
    }

    private static boolean upgrades(HttpServerRequest incoming) {
        return incoming.getHeader("Upgrade") != null;
    }

    private void onVirtualThread(HttpServerRequest incoming, ApiRequest request, InFlight.Entry entry) {
        Context loop = vertx.getOrCreateContext();
        virtualThreads.execute(() -> {
            try {
                ApiResponse response = chain.apply(request);
                loop.runOnContext(v -> answer(incoming, request, response, entry));
            } catch (RuntimeException | Error e) {
                entry.leave();
                loop.runOnContext(v -> incoming.response().reset()); // who gets no answer waits for ever
                throw e;
            }
        });
    }

    private static Headers headers(HttpServerRequest incoming) {
        Headers headers = new Headers();
        for (Map.Entry<String, String> line : incoming.headers()) {
            headers.add(line.getKey(), line.getValue());
        }
        return headers;
    }

    // ---- answers

    /** The request has its answer when that is written, or streams. */
    private void answer(HttpServerRequest incoming, ApiRequest request, ApiResponse response, InFlight.Entry entry) {
        HttpServerResponse out = incoming.response();
        boolean bounded = response instanceof ApiResponse.Full || response instanceof ApiResponse.Chunks;
        if (!bounded || out.closed() || out.ended()) {
            entry.leave();
        }
        if (out.closed() || out.ended()) {
            return;
        }
        if (response instanceof ApiResponse.Upgrade upgrade) {
            WebSockets.upgrade(incoming, upgrade.handler());
            return;
        }
        if (response instanceof ApiResponse.Tunnel tunnel) {
            Tunnels.upgrade(incoming, tunnel);
            return;
        }
        if (upgrades(incoming)) {
            incoming.resume();
        }
        boolean last = leaving && incoming.version() != HttpVersion.HTTP_2;
        if (last) {
            out.putHeader("Connection", "close");
        }
        if (bounded) {
            out.closeHandler(v -> entry.leave());
            out.endHandler(v -> {
                entry.leave();
                if (last) {
                    incoming.connection().close();
                }
            });
        }
        responses.write(incoming, request, Compression.apply(request, response));
    }
}
