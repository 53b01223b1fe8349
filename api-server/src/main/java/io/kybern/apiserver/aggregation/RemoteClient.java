package io.kybern.apiserver.aggregation;

import io.kybern.apiserver.authentication.User;
import io.kybern.apiserver.http.EventLoops;
import io.kybern.apiserver.pki.Credential;
import io.kybern.apiserver.pki.Pki;
import io.kybern.apiserver.service.ServiceAddresses;
import io.kybern.apiserver.service.ServiceAddresses.Unreachable;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.core.net.SocketAddress;
import java.net.InetSocketAddress;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Connections to the servers of other groups. This server shows them the certificate of the front proxy, by which they
 * believe what the {@code X-Remote-*} headers say of the user.
 */
public final class RemoteClient implements AutoCloseable {
    private static final int ANSWER_SECONDS = 60;

    private final Pki pki;
    private final ServiceAddresses services;
    private final Map<Trust, HttpClient> clients = new ConcurrentHashMap<>();
    private @Nullable Backends backends;

    private record Trust(String caBundle, boolean insecure) {}

    private record Backends(Vertx vertx, Context loop) {}

    public RemoteClient(Pki pki, ServiceAddresses services) {
        this.pki = pki;
        this.services = services;
    }

    /** A server that gives no answer; the message says why. */
    public static final class NoAnswer extends Exception {
        private static final long serialVersionUID = 1;

        NoAnswer(String message) {
            super(message, null, false, false);
        }
    }

    /** Runs actions where answers come in. */
    Executor loop() {
        Context loop = backends().loop();
        return action -> loop.runOnContext(v -> action.run());
    }

    /**
     * Sends a request for the user.
     *
     * @param headers of the client, without those that are not for others
     * @return the answer, paused
     */
    HttpClientResponse send(
            RemoteService remote,
            String method,
            String uri,
            Iterable<Map.Entry<String, String>> headers,
            User user,
            byte[] body)
            throws NoAnswer {
        InetSocketAddress address;
        try {
            address = services.find(remote.namespace(), remote.name(), remote.port());
        } catch (Unreachable e) {
            throw new NoAnswer(String.valueOf(e.getMessage()));
        }
        RequestOptions options = new RequestOptions()
                .setMethod(HttpMethod.valueOf(method))
                .setSsl(true)
                .setHost(remote.serverName())
                .setPort(remote.port())
                .setServer(SocketAddress.inetSocketAddress(address.getPort(), address.getHostString()))
                .setURI(uri);
        Future<HttpClientResponse> answer = client(remote)
                .request(options)
                .compose(request -> {
                    headers.forEach(line -> request.headers().add(line.getKey(), line.getValue()));
                    identify(request.headers(), user);
                    return request.send(Buffer.buffer(body));
                })
                .map(response -> (HttpClientResponse) response.pause());
        return await(answer);
    }

    private static void identify(MultiMap headers, User user) {
        headers.set("X-Remote-User", user.name());
        if (!user.uid().isEmpty()) {
            headers.set("X-Remote-Uid", user.uid());
        }
        user.groups().forEach(group -> headers.add("X-Remote-Group", group));
        user.extra().forEach((key, values) -> {
            String name = "X-Remote-Extra-" + URLEncoder.encode(key, StandardCharsets.UTF_8);
            values.forEach(value -> headers.add(name, value));
        });
    }

    private HttpClient client(RemoteService remote) {
        return clients.computeIfAbsent(new Trust(remote.caBundle(), remote.insecure()), trust -> {
            Credential credential = pki.frontProxyClient();
            HttpClientOptions options = new HttpClientOptions()
                    .setSsl(true)
                    .setVerifyHost(!trust.insecure())
                    .setTrustAll(trust.insecure())
                    .setDecompressionSupported(false)
                    .setKeyCertOptions(new PemKeyCertOptions()
                            .addKeyValue(Buffer.buffer(credential.keyPem()))
                            .addCertValue(Buffer.buffer(credential.certificatePem())));
            if (!trust.caBundle().isEmpty()) {
                options.setTrustOptions(new PemTrustOptions()
                        .addCertValue(Buffer.buffer(Base64.getMimeDecoder().decode(trust.caBundle()))));
            }
            return backends().vertx().createHttpClient(options);
        });
    }

    private synchronized Backends backends() {
        Backends known = backends;
        if (known == null) {
            Vertx vertx = EventLoops.one();
            known = new Backends(vertx, vertx.getOrCreateContext());
            backends = known;
        }
        return known;
    }

    private static <T> T await(Future<T> future) throws NoAnswer {
        try {
            return future.toCompletionStage().toCompletableFuture().get(ANSWER_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new NoAnswer(String.valueOf(
                    e.getCause() == null ? e.getMessage() : e.getCause().getMessage()));
        } catch (TimeoutException e) {
            throw new NoAnswer("no answer within " + ANSWER_SECONDS + " seconds");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new NoAnswer("the server is shutting down");
        }
    }

    @Override
    public synchronized void close() {
        if (backends != null) {
            backends.vertx().close();
        }
    }
}
