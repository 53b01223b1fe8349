package io.kybern.apiserver.kubelet;

import io.kybern.apiserver.error.ApiException;
import io.kybern.apiserver.error.Reason;
import io.kybern.apiserver.http.EventLoops;
import io.kybern.apiserver.pki.ClientIdentity;
import io.kybern.apiserver.pki.Credential;
import io.kybern.apiserver.pki.Pki;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Connections to kubelets, made when first needed. Each side shows a certificate of the cluster's authority; the kubelet's
 * has to be for the address that its node tells. Connections to pods and services show and verify nothing.
 */
public final class NodeClient implements AutoCloseable {
    private static final int CONNECT_MILLIS = 10_000;
    private static final Duration ANSWER = Duration.ofSeconds(30);
    private static final int MAX_MESSAGE = 32 << 20;

    /** To one kubelet, pod or service: each stream has its own. */
    private static final int MAX_CONNECTIONS = 4096;

    private final Pki pki;
    private @Nullable Clients clients;

    private record Clients(Vertx vertx, Context loop, HttpClient http, HttpClient plain, WebSocketClient webSockets) {}

    public NodeClient(Pki pki) {
        this.pki = pki;
    }

    HttpClient http() {
        return clients().http();
    }

    /** For what is no kubelet: whom it trusts and whether it uses TLS is the user's choice. */
    HttpClient plain() {
        return clients().plain();
    }

    /** Passes on what the other sides of these connections send. */
    Relay relay() {
        Context loop = clients().loop();
        return new Relay(action -> loop.runOnContext(v -> action.run()));
    }

    WebSocketClient webSockets() {
        return clients().webSockets();
    }

    private synchronized Clients clients() {
        Clients known = clients;
        if (known == null) {
            Credential credential = pki.client(ClientIdentity.KUBELET_CLIENT);
            PemKeyCertOptions identity = new PemKeyCertOptions()
                    .addKeyValue(Buffer.buffer(credential.keyPem()))
                    .addCertValue(Buffer.buffer(credential.certificatePem()));
            PemTrustOptions authority = new PemTrustOptions()
                    .addCertValue(Buffer.buffer(pki.authority().certificatePem()));
            // One event loop: whatever runs on it may hold and let go any of the connections.
            Vertx vertx = EventLoops.one();
            PoolOptions pool = new PoolOptions().setHttp1MaxSize(MAX_CONNECTIONS);
            known = new Clients(
                    vertx,
                    vertx.getOrCreateContext(),
                    vertx.createHttpClient(
                            new HttpClientOptions()
                                    .setKeyCertOptions(identity)
                                    .setPemTrustOptions(authority)
                                    .setVerifyHost(true)
                                    .setConnectTimeout(CONNECT_MILLIS)
                                    .setDecompressionSupported(false),
                            pool),
                    vertx.createHttpClient(
                            new HttpClientOptions()
                                    .setTrustAll(true)
                                    .setVerifyHost(false)
                                    .setConnectTimeout(CONNECT_MILLIS)
                                    .setDecompressionSupported(false),
                            pool),
                    vertx.createWebSocketClient(new WebSocketClientOptions()
                            .setKeyCertOptions(identity)
                            .setPemTrustOptions(authority)
                            .setVerifyHost(true)
                            .setConnectTimeout(CONNECT_MILLIS)
                            .setMaxConnections(MAX_CONNECTIONS)
                            .setMaxFrameSize(MAX_MESSAGE)
                            .setMaxMessageSize(MAX_MESSAGE)));
            clients = known;
        }
        return known;
    }

    /** A request whose end needs no line in the log: whoever made it is told by its answer. */
    static HttpClientRequest quiet(HttpClientRequest request) {
        return request.exceptionHandler(e -> {});
    }

    /** Waits for the other side on a virtual thread; a side that can't be reached is a 500 with its reason. */
    static <T> T await(Future<T> future) {
        return await(future, ANSWER);
    }

    /** As {@link #await(Future)}, of one that may take its time. */
    static <T> T await(Future<T> future, Duration patience) {
        try {
            return future.toCompletionStage().toCompletableFuture().get(patience.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof ApiException refused) {
                throw refused;
            }
            throw ApiException.internal(String.valueOf(e.getCause()));
        } catch (TimeoutException e) {
            throw ApiException.of(Reason.TIMEOUT, "no answer within " + patience.toSeconds() + " seconds");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw ApiException.of(Reason.SERVICE_UNAVAILABLE, "the server is shutting down");
        }
    }

    @Override
    public synchronized void close() {
        if (clients != null) {
            clients.vertx().close();
        }
    }
}
