package io.kybern.apiserver.webhook;

import io.kybern.apiserver.http.EventLoops;
import io.kybern.apiserver.service.ServiceAddresses;
import io.kybern.apiserver.service.ServiceAddresses.Unreachable;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.net.TrustOptions;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Webhooks over HTTPS: by URL, or by a service whose pods are looked up at each call. Connections are kept. An answer is
 * taken up to 32 MiB; what sends more is cut off.
 */
public final class HttpsHooks implements HookTransport, AutoCloseable {
    private static final int MAX_CLIENTS = 256;
    private static final int MAX_CONNECTIONS = 64;
    /** Source: Go's {@code net/http} client. */
    private static final int MAX_REDIRECTS = 10;
    /** Source: {@code client-go/rest}: a webhook that says when to ask again is asked again. */
    private static final int MAX_REPEATS = 10;

    private static final int MAX_ANSWER = 32 << 20;
    /** Of all answers that are on their way, at least those of a few calls. */
    private static final long MAX_ANSWERS =
            Math.max(4L * MAX_ANSWER, Runtime.getRuntime().maxMemory() / 8);
    /** Ends the message of a call whose time is up. */
    public static final String LATE = "context deadline exceeded";

    private final ServiceAddresses services;
    private final Map<String, HttpClient> clients = new ConcurrentHashMap<>();
    private final AtomicLong gathered = new AtomicLong();
    private @Nullable Vertx vertx;

    public HttpsHooks(ServiceAddresses services) {
        this.services = services;
    }

    @Override
    public byte[] post(HookAddress address, int seconds, byte[] body) throws HookException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        String url = address.url() + "?timeout=" + seconds + "s";
        Call call = new Call(HttpMethod.POST, url, url);
        int redirects = 0;
        int repeats = 0;
        while (true) {
            HookAnswer answer = send(call, address, body, end);
            Optional<Call> next = call.redirected(answer);
            if (next.isPresent()) {
                call = next.get();
                if (++redirects > MAX_REDIRECTS) {
                    throw new HookException(call.failed() + "stopped after " + MAX_REDIRECTS + " redirects");
                }
            } else if (answer.laterBySeconds().isPresent() && repeats++ < MAX_REPEATS) {
                pause(answer.laterBySeconds().getAsLong(), end, call);
            } else {
                return answer.good();
            }
        }
    }

    /** Waits as long as the webhook wants, or as long as there is time. */
    private static void pause(long seconds, long end, Call call) throws HookException {
        long left = end - System.nanoTime();
        try {
            TimeUnit.NANOSECONDS.sleep(Math.min(left, TimeUnit.SECONDS.toNanos(seconds)));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new HookException(call.failed() + "context canceled");
        }
        if (left <= TimeUnit.SECONDS.toNanos(seconds)) {
            throw new HookException(call.failed() + LATE);
        }
    }

    /**
     * A request, the first one or one that an answer has led to.
     *
     * @param shown the address as messages have it
     */
    private record Call(HttpMethod method, String url, String shown) {
        String failed() {
            return (method == HttpMethod.POST ? "Post" : "Get") + " \"" + shown + "\": ";
        }

        /** Where the answer leads: with the same question if it says so, else with none, as Go's client does. */
        Optional<Call> redirected(HookAnswer answer) {
            boolean same = answer.status() == 307 || answer.status() == 308;
            if (answer.location().isEmpty()
                    || answer.location().get().isEmpty()
                    || !same && (answer.status() < 301 || answer.status() > 303)) {
                return Optional.empty();
            }
            try {
                String target = URI.create(url).resolve(answer.location().get()).toString();
                return Optional.of(new Call(
                        same ? method : HttpMethod.GET,
                        target,
                        answer.location().get()));
            } catch (IllegalArgumentException e) {
                return Optional.empty();
            }
        }
    }

    private HookAnswer send(Call call, HookAddress address, byte[] body, long end) throws HookException {
        long millis = Math.max(1, TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime()));
        RequestOptions options;
        try {
            options = options(address, call);
        } catch (Unreachable e) {
            throw new HookException(call.failed() + e.getMessage());
        } catch (IllegalArgumentException e) {
            throw new HookException("Unparsable URL: " + e.getMessage());
        }
        options.putHeader("Accept", "application/json, */*").putHeader("User-Agent", "kube-apiserver-admission");
        boolean post = call.method() == HttpMethod.POST;
        if (post) {
            options.putHeader("Content-Type", "application/json");
        }
        options.setTimeout(millis); // also ends what nobody waits for any more
        AtomicBoolean begun = new AtomicBoolean();
        Future<HookAnswer> answer = client(address.caBundle()).request(options).compose(request -> {
            Future<HookAnswer> whole = request.response()
                    .compose(
                            response -> { // before there can be one
                                begun.set(true);
                                return bounded(response);
                            });
            return (post ? request.end(Buffer.buffer(body)) : request.end()).compose(sent -> whole);
        });
        return await(answer, begun, millis, call.failed());
    }

    private RequestOptions options(HookAddress address, Call call) throws Unreachable {
        URI uri = URI.create(call.url());
        if (uri.getHost() == null) {
            throw new IllegalArgumentException("no host in " + call.url());
        }
        boolean ssl = !"http".equals(uri.getScheme());
        String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
        RequestOptions options = new RequestOptions()
                .setMethod(call.method())
                .setSsl(ssl)
                .setHost(uri.getHost())
                .setPort(uri.getPort() < 0 ? ssl ? 443 : 80 : uri.getPort())
                .setURI((uri.getRawPath().isEmpty() ? "/" : uri.getRawPath()) + query);
        boolean first = uri.getRawAuthority().equals(URI.create(address.url()).getRawAuthority());
        if (address.service().isPresent() && first) {
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
        return clients.computeIfAbsent(
                caBundle,
                bundle -> vertx().createHttpClient(new HttpClientOptions()
                        .setSsl(true)
                        .setVerifyHost(true)
                        .setKeepAlive(true)
                        .setMaxPoolSize(MAX_CONNECTIONS)
                        .setDecompressionSupported(true)
                        .setTrustOptions(TrustOptions.wrap(trust(bundle)))));
    }

    private static HookTrust trust(String bundle) {
        try {
            if (bundle.isEmpty()) {
                return HookTrust.in(null);
            }
            byte[] pem = Base64.getMimeDecoder().decode(bundle);
            KeyStore authorities = KeyStore.getInstance(KeyStore.getDefaultType());
            authorities.load(null, null);
            int index = 0;
            for (Certificate each :
                    CertificateFactory.getInstance("X.509").generateCertificates(new ByteArrayInputStream(pem))) {
                authorities.setCertificateEntry("authority-" + index++, each);
            }
            return HookTrust.in(authorities);
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalArgumentException("no certificates: " + e.getMessage(), e);
        }
    }

    private synchronized Vertx vertx() {
        Vertx known = vertx;
        if (known == null) {
            known = EventLoops.one();
            vertx = known;
        }
        return known;
    }

    /** Gathers an answer as long as it is not too large. */
    private Future<HookAnswer> bounded(HttpClientResponse response) {
        Promise<HookAnswer> whole = Promise.promise();
        Buffer body = Buffer.buffer();
        response.exceptionHandler(cause -> whole.tryFail(new Broken(cause)));
        response.handler(piece -> {
            if (whole.future().isComplete()) { // too large already, and the rest was on its way
                return;
            }
            if (body.length() + piece.length() > MAX_ANSWER) {
                whole.tryFail("the answer is larger than " + MAX_ANSWER + " bytes");
                response.request().reset();
            } else if (gathered.addAndGet(piece.length()) > MAX_ANSWERS) {
                gathered.addAndGet(-piece.length());
                whole.tryFail("the answers of webhooks are larger than " + MAX_ANSWERS + " bytes together");
                response.request().reset();
            } else {
                body.appendBuffer(piece);
            }
        });
        response.endHandler(end -> whole.tryComplete(new HookAnswer(
                response.statusCode(),
                Optional.ofNullable(response.getHeader("Content-Type")),
                Optional.ofNullable(response.getHeader("Location")),
                Optional.ofNullable(response.getHeader("Retry-After")),
                body.getBytes())));
        return whole.future().onComplete(end -> gathered.addAndGet(-body.length()));
    }

    /** A body that ended before it was whole. */
    private static final class Broken extends IOException {
        private static final long serialVersionUID = 1;

        Broken(Throwable cause) {
            super(cause);
        }
    }

    private static HookAnswer await(Future<HookAnswer> answer, AtomicBoolean begun, long millis, String failed)
            throws HookException {
        String unread = "unexpected error when reading response body. Please retry. Original error: ";
        try {
            return answer.toCompletionStage().toCompletableFuture().get(millis, TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            if (cause instanceof Broken) {
                throw new HookException(unread + (isLate(cause.getCause()) ? LATE : "unexpected EOF"));
            }
            throw new HookException(failed + (isLate(cause) ? LATE : describe(cause)));
        } catch (TimeoutException e) {
            throw new HookException((begun.get() ? unread : failed) + LATE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new HookException(failed + "context canceled");
        }
    }

    private static boolean isLate(@Nullable Throwable cause) {
        return cause instanceof TimeoutException;
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
        for (Throwable each = cause; each != null; each = each.getCause()) {
            if (each instanceof HookTrust.Distrust) {
                return "tls: failed to verify certificate: " + each.getMessage();
            }
        }
        if (cause instanceof SSLException) {
            return "tls: " + message;
        }
        return message.contains("Connection was closed") ? "EOF" : message;
    }

    @Override
    public synchronized void close() {
        if (vertx != null) {
            vertx.close();
        }
    }
}
