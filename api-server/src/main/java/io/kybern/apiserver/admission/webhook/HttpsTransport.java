package io.kybern.apiserver.admission.webhook;

import static io.kybern.crd.resource.Trees.text;

import io.kybern.apiserver.service.ServiceAddresses;
import io.kybern.apiserver.service.ServiceAddresses.Unreachable;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.core.net.SocketAddress;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Webhooks over HTTPS: by URL, or by a service whose pods are looked up at each call. Connections are kept. */
public final class HttpsTransport implements WebhookTransport, AutoCloseable {
    private static final int MAX_CLIENTS = 256;
    private static final int MAX_ANSWER = 3 << 20;
    private static final int DEFAULT_SECONDS = 10;

    private final ServiceAddresses services;
    private final Map<String, HttpClient> clients = new ConcurrentHashMap<>();
    private @Nullable Vertx vertx;

    public HttpsTransport(ServiceAddresses services) {
        this.services = services;
    }

    /** An answer. */
    private record Answer(int status, String contentType, byte[] body) {}

    @Override
    public byte[] post(Webhook webhook, byte[] review) throws WebhookFailure {
        int seconds = webhook.timeoutSeconds() > 0 ? webhook.timeoutSeconds() : DEFAULT_SECONDS;
        String url = webhook.url() + "?timeout=" + seconds + "s";
        String failed = "failed to call webhook: Post \"" + url + "\": ";
        RequestOptions options;
        try {
            options = options(webhook, url);
        } catch (Unreachable e) {
            throw new WebhookFailure(failed + e.getMessage());
        } catch (IllegalArgumentException e) {
            throw new WebhookFailure("could not get REST client: Unparsable URL: " + e.getMessage());
        }
        options.putHeader("Content-Type", "application/json").putHeader("Accept", "application/json");
        options.putHeader("User-Agent", "kube-apiserver-admission");
        HttpClient client = client(text(webhook.client(), "caBundle"));
        Future<Answer> answer = client.request(options)
                .compose(request -> request.send(Buffer.buffer(review)))
                .compose(response -> response.body()
                        .map(body -> new Answer(
                                response.statusCode(),
                                String.valueOf(response.getHeader("Content-Type")),
                                body.getBytes())));
        return body(await(answer, seconds, failed));
    }

    private RequestOptions options(Webhook webhook, String url) throws Unreachable {
        URI uri = URI.create(url);
        RequestOptions options = new RequestOptions()
                .setMethod(HttpMethod.POST)
                .setSsl(true)
                .setHost(uri.getHost())
                .setPort(uri.getPort() < 0 ? 443 : uri.getPort())
                .setURI((uri.getRawPath().isEmpty() ? "/" : uri.getRawPath()) + "?" + uri.getRawQuery());
        var service = webhook.client().path("service");
        if (!service.isMissingNode()) {
            InetSocketAddress address = services.find(
                    text(service, "namespace"),
                    text(service, "name"),
                    service.path("port").asInt(443));
            options.setServer(SocketAddress.inetSocketAddress(address.getPort(), address.getHostString()));
        }
        return options;
    }

    private HttpClient client(String caBundle) {
        if (clients.size() > MAX_CLIENTS) {
            clients.values().removeIf(client -> {
                client.close();
                return true;
            });
        }
        return clients.computeIfAbsent(caBundle, bundle -> {
            HttpClientOptions options = new HttpClientOptions()
                    .setSsl(true)
                    .setVerifyHost(true)
                    .setKeepAlive(true)
                    .setDecompressionSupported(true);
            if (!bundle.isEmpty()) {
                options.setTrustOptions(new PemTrustOptions()
                        .addCertValue(Buffer.buffer(Base64.getMimeDecoder().decode(bundle))));
            }
            return vertx().createHttpClient(options);
        });
    }

    private synchronized Vertx vertx() {
        Vertx known = vertx;
        if (known == null) {
            known = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1).setWorkerPoolSize(1));
            vertx = known;
        }
        return known;
    }

    private static Answer await(Future<Answer> answer, int seconds, String failed) throws WebhookFailure {
        try {
            return answer.toCompletionStage().toCompletableFuture().get(seconds, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new WebhookFailure(failed + describe(cause));
        } catch (TimeoutException e) {
            throw new WebhookFailure(failed + "context deadline exceeded");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new WebhookFailure(failed + "context canceled");
        }
    }

    /** In the words of Go's network library, which clients look for. */
    private static String describe(Throwable cause) {
        String message = String.valueOf(cause.getMessage());
        if (cause instanceof ConnectException && message.indexOf('/') >= 0) {
            String address = message.substring(message.lastIndexOf('/') + 1);
            return "dial tcp " + address + ": connect: "
                    + (message.contains("refused") ? "connection refused" : "no route to host");
        }
        if (cause instanceof UnknownHostException) {
            return "dial tcp: lookup " + message.split(":")[0].replaceAll(".*'(.*)'.*", "$1") + ": no such host";
        }
        if (cause instanceof SSLException) {
            return message.contains("No name matching") || message.contains("subject alternative")
                    ? "tls: failed to verify certificate: x509: certificate is not valid for the name: " + message
                    : "tls: failed to verify certificate: x509: certificate signed by unknown authority";
        }
        return message;
    }

    private static byte[] body(Answer answer) throws WebhookFailure {
        if (answer.body().length > MAX_ANSWER) {
            throw new WebhookFailure("failed to call webhook: the answer is too large");
        }
        if (answer.status() / 100 == 2) {
            return answer.body();
        }
        String text = answer.contentType().startsWith("text/")
                ? new String(answer.body(), StandardCharsets.UTF_8).strip()
                : "unknown";
        throw new WebhookFailure("failed to call webhook: "
                + switch (answer.status()) {
                    case 401 -> "Unauthorized";
                    case 403 -> "forbidden";
                    case 404 -> "the server could not find the requested resource";
                    case 405 -> "the server does not allow this method on the requested resource";
                    case 503 -> "the server is currently unable to handle the request";
                    default ->
                        answer.status() >= 500
                                ? "an error on the server (\"" + text + "\") has prevented the request from succeeding"
                                : "the server rejected our request for an unknown reason";
                });
    }

    @Override
    public synchronized void close() {
        if (vertx != null) {
            vertx.close();
        }
    }
}
