package io.kybern.apiserver.webhook;

import com.fasterxml.jackson.databind.JsonNode;
import io.kybern.apiserver.service.ServiceAddresses;
import io.kybern.apiserver.service.ServiceAddresses.Unreachable;
import io.kybern.apiserver.wire.JsonTree;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.core.net.SocketAddress;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Webhooks over HTTPS: by URL, or by a service whose pods are looked up at each call. Connections are kept. An answer is
 * taken up to 32 MiB; what sends more is cut off.
 */
public final class HttpsHooks implements HookTransport, AutoCloseable {
    private static final int MAX_CLIENTS = 256;
    private static final int MAX_CONNECTIONS = 64;
    private static final int MAX_ANSWER = 32 << 20;
    /** Ends the message of a call whose time is up. */
    public static final String LATE = "context deadline exceeded";

    private final ServiceAddresses services;
    private final Map<String, HttpClient> clients = new ConcurrentHashMap<>();
    private @Nullable Vertx vertx;

    public HttpsHooks(ServiceAddresses services) {
        this.services = services;
    }

    /** An answer. */
    private record Answer(int status, String contentType, byte[] body) {}

    @Override
    public byte[] post(HookAddress address, int seconds, byte[] body) throws HookException {
        String url = address.url() + "?timeout=" + seconds + "s";
        String failed = "Post \"" + url + "\": ";
        RequestOptions options;
        try {
            options = options(address, url);
        } catch (Unreachable e) {
            throw new HookException(failed + e.getMessage());
        } catch (IllegalArgumentException e) {
            throw new HookException("Unparsable URL: " + e.getMessage());
        }
        options.putHeader("Content-Type", "application/json").putHeader("Accept", "application/json, */*");
        options.putHeader("User-Agent", "kube-apiserver-admission");
        options.setTimeout(TimeUnit.SECONDS.toMillis(seconds)); // also ends what nobody waits for any more
        HttpClient client = client(address.caBundle());
        Future<Answer> answer = client.request(options).compose(request -> {
            Future<Answer> whole = request.response().compose(HttpsHooks::bounded); // before there can be one
            return request.end(Buffer.buffer(body)).compose(sent -> whole);
        });
        return body(await(answer, seconds, failed));
    }

    private RequestOptions options(HookAddress address, String url) throws Unreachable {
        URI uri = URI.create(url);
        RequestOptions options = new RequestOptions()
                .setMethod(HttpMethod.POST)
                .setSsl(true)
                .setHost(uri.getHost())
                .setPort(uri.getPort() < 0 ? 443 : uri.getPort())
                .setURI((uri.getRawPath().isEmpty() ? "/" : uri.getRawPath()) + "?" + uri.getRawQuery());
        if (address.service().isPresent()) {
            HookAddress.Service service = address.service().get();
            InetSocketAddress pod = services.find(service.namespace(), service.name(), service.port());
            options.setServer(SocketAddress.inetSocketAddress(pod.getPort(), pod.getHostString()));
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
                    .setMaxPoolSize(MAX_CONNECTIONS)
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

    /** Gathers an answer as long as it is not too large. */
    private static Future<Answer> bounded(HttpClientResponse response) {
        Promise<Answer> whole = Promise.promise();
        Buffer gathered = Buffer.buffer();
        response.exceptionHandler(whole::tryFail);
        response.handler(piece -> {
            if (gathered.length() + piece.length() > MAX_ANSWER) {
                whole.tryFail("the answer is larger than " + MAX_ANSWER + " bytes");
                response.request().reset();
            } else {
                gathered.appendBuffer(piece);
            }
        });
        response.endHandler(end -> whole.tryComplete(new Answer(
                response.statusCode(), String.valueOf(response.getHeader("Content-Type")), gathered.getBytes())));
        return whole.future();
    }

    private static Answer await(Future<Answer> answer, int seconds, String failed) throws HookException {
        try {
            return answer.toCompletionStage().toCompletableFuture().get(seconds, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new HookException(failed + (cause instanceof TimeoutException ? LATE : describe(cause)));
        } catch (TimeoutException e) {
            throw new HookException(failed + LATE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new HookException(failed + "context canceled");
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
        return message.contains("Connection was closed") ? "EOF" : message;
    }

    private static byte[] body(Answer answer) throws HookException {
        if (answer.status() / 100 == 2) {
            if (answer.body().length == 0) {
                throw new HookException("0-length response with status code: " + answer.status() + " and content type: "
                        + answer.contentType());
            }
            return answer.body();
        }
        throw new HookException(statusMessage(answer.body()).orElseGet(() -> describe(answer)));
    }

    /** What a Status says that came instead. */
    private static Optional<String> statusMessage(byte[] body) {
        try {
            JsonNode tree = JsonTree.parse(body);
            boolean status = tree.path("kind").asText().equals("Status")
                    && tree.path("apiVersion").asText().equals("v1");
            return status ? Optional.of(tree.path("message").asText()) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static String describe(Answer answer) {
        String text = answer.contentType().startsWith("text/")
                ? new String(answer.body(), StandardCharsets.UTF_8).strip()
                : "unknown";
        return switch (answer.status()) {
            case 401 -> "Unauthorized";
            case 403 -> "forbidden";
            case 404 -> "the server could not find the requested resource";
            case 405 -> "the server does not allow this method on the requested resource";
            case 429 -> "the server has received too many requests and has asked us to try again later";
            case 503 -> "the server is currently unable to handle the request";
            default ->
                answer.status() >= 500
                        ? "an error on the server (\"" + text + "\") has prevented the request from succeeding"
                        : "the server rejected our request for an unknown reason";
        };
    }

    @Override
    public synchronized void close() {
        if (vertx != null) {
            vertx.close();
        }
    }
}
