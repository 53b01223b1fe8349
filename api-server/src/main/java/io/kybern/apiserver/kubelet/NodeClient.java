package io.kybern.apiserver.kubelet;

import io.kybern.apiserver.error.ApiException;
import io.kybern.apiserver.error.Reason;
import io.kybern.apiserver.pki.ClientIdentity;
import io.kybern.apiserver.pki.Credential;
import io.kybern.apiserver.pki.Pki;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Connections to kubelets, made when first needed. Each side shows a certificate of the cluster's authority; the kubelet's
 * has to be for the address that its node tells.
 */
public final class NodeClient implements AutoCloseable {
    private static final int CONNECT_MILLIS = 10_000;
    private static final int ANSWER_SECONDS = 30;
    private static final int MAX_MESSAGE = 32 << 20;

    private final Pki pki;
    private @Nullable Clients clients;

    private record Clients(Vertx vertx, HttpClient http, WebSocketClient webSockets) {}

    public NodeClient(Pki pki) {
        this.pki = pki;
    }

    HttpClient http() {
        return clients().http();
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
            Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1).setWorkerPoolSize(1));
            known = new Clients(
                    vertx,
                    vertx.createHttpClient(new HttpClientOptions()
                            .setKeyCertOptions(identity)
                            .setPemTrustOptions(authority)
                            .setVerifyHost(true)
                            .setConnectTimeout(CONNECT_MILLIS)
                            .setDecompressionSupported(false)),
                    vertx.createWebSocketClient(new WebSocketClientOptions()
                            .setKeyCertOptions(identity)
                            .setPemTrustOptions(authority)
                            .setVerifyHost(true)
                            .setConnectTimeout(CONNECT_MILLIS)
                            .setMaxFrameSize(MAX_MESSAGE)
                            .setMaxMessageSize(MAX_MESSAGE)));
            clients = known;
        }
        return known;
    }

    /** Waits for the other side on a virtual thread; a side that can't be reached is a 500 with its reason. */
    static <T> T await(Future<T> future) {
        try {
            return future.toCompletionStage().toCompletableFuture().get(ANSWER_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof ApiException refused) {
                throw refused;
            }
            throw ApiException.internal(String.valueOf(e.getCause()));
        } catch (TimeoutException e) {
            throw ApiException.of(Reason.TIMEOUT, "no answer within " + ANSWER_SECONDS + " seconds");
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
