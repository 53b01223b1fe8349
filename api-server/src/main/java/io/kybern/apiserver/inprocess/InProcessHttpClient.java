package io.kybern.apiserver.inprocess;

import io.fabric8.kubernetes.client.http.AsyncBody;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.fabric8.kubernetes.client.http.StandardHttpClient;
import io.fabric8.kubernetes.client.http.StandardHttpRequest;
import io.fabric8.kubernetes.client.http.StandardHttpRequest.ByteArrayBodyContent;
import io.fabric8.kubernetes.client.http.StandardHttpRequest.InputStreamBodyContent;
import io.fabric8.kubernetes.client.http.StandardHttpRequest.StringBodyContent;
import io.fabric8.kubernetes.client.http.StandardWebSocketBuilder;
import io.fabric8.kubernetes.client.http.WebSocket;
import io.fabric8.kubernetes.client.http.WebSocketHandshakeException;
import io.fabric8.kubernetes.client.http.WebSocketResponse;
import io.fabric8.kubernetes.client.http.WebSocketUpgradeResponse;
import io.kybern.apiserver.ApiServer;
import io.kybern.apiserver.http.ApiRequest;
import io.kybern.apiserver.http.ApiResponse;
import io.kybern.apiserver.http.Headers;
import io.kybern.apiserver.http.Peer;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Hands each request to the server's pipeline on a thread of its own, where it may block. A closed client sends none any more, nor
 * does it repeat one: who must not act any longer closes it.
 */
final class InProcessHttpClient
        extends StandardHttpClient<InProcessHttpClient, InProcessHttpClientFactory, InProcessHttpClientBuilder> {
    private final ApiServer server;
    private final Peer peer;
    private final ThreadFactory threads;

    InProcessHttpClient(InProcessHttpClientBuilder builder, AtomicBoolean closed) {
        super(builder, closed);
        this.server = builder.getClientFactory().server();
        this.peer = builder.getClientFactory().peer();
        this.threads = builder.getClientFactory().threads();
    }

    @Override
    public CompletableFuture<HttpResponse<AsyncBody>> consumeBytesDirect(
            StandardHttpRequest request, AsyncBody.Consumer<List<ByteBuffer>> consumer) {
        if (isClosed()) {
            return CompletableFuture.failedFuture(new IllegalStateException("the client is closed"));
        }
        return onThread(() -> {
            ApiResponse response = server.serve(apiRequest(request, headers(request)));
            return new InProcessResponse(
                    request, response.status(), lines(response.headers()), body(response, consumer));
        });
    }

    private InProcessBody body(ApiResponse response, AsyncBody.Consumer<List<ByteBuffer>> consumer) {
        return switch (response) {
            case ApiResponse.Full full ->
                InProcessBody.of(full.body().stream().map(ByteBuffer::wrap).iterator(), consumer, threads);
            case ApiResponse.Chunks chunks -> InProcessBody.of(chunks.pieces(), consumer, threads);
            case ApiResponse.Stream stream -> {
                InProcessBody body = InProcessBody.stream(consumer, threads);
                body.execute(() -> stream.source().start(body));
                yield body;
            }
            case ApiResponse.Upgrade upgrade -> throw new IllegalStateException("a WebSocket that nobody asked for");
            case ApiResponse.Tunnel tunnel ->
                throw new IllegalStateException("in-process clients speak no other protocol");
        };
    }

    @Override
    public CompletableFuture<WebSocketResponse> buildWebSocketDirect(
            StandardWebSocketBuilder builder, WebSocket.Listener listener) {
        return onThread(() -> {
            StandardHttpRequest request = builder.asHttpRequest();
            Headers headers = headers(request).set("Connection", "Upgrade").set("Upgrade", "websocket");
            List<String> offered = builder.getSubprotocol() == null ? List.of() : List.of(builder.getSubprotocol());
            offered.forEach(protocol -> headers.set("Sec-WebSocket-Protocol", protocol));
            ApiResponse response = server.serve(apiRequest(request, headers));
            WebSocketUpgradeResponse head =
                    new WebSocketUpgradeResponse(request, response.status(), lines(response.headers()));
            if (!(response instanceof ApiResponse.Upgrade upgrade)) {
                return new WebSocketResponse(head, new WebSocketHandshakeException(head));
            }
            InProcessWebSocket socket =
                    new InProcessWebSocket(listener, upgrade.handler().choose(offered), threads);
            socket.open(upgrade.handler());
            return new WebSocketResponse(head, socket);
        });
    }

    private <T> CompletableFuture<T> onThread(Callable<T> action) {
        CompletableFuture<T> result = new CompletableFuture<>();
        threads.newThread(() -> {
                    try {
                        result.complete(action.call());
                    } catch (IOException e) {
                        result.completeExceptionally(e);
                    } catch (Throwable e) { // else nobody would ever hear of it
                        result.completeExceptionally(new IOException(e));
                    }
                })
                .start();
        return result;
    }

    private ApiRequest apiRequest(StandardHttpRequest request, Headers headers) throws IOException {
        URI uri = request.uri();
        String target = uri.getRawPath() + (uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery());
        return ApiRequest.of(request.method(), target, headers, peer).withBody(content(request));
    }

    private static Headers headers(StandardHttpRequest request) {
        Headers headers = new Headers();
        request.headers().forEach((name, values) -> values.forEach(value -> headers.add(name, value)));
        if (request.getContentType() != null) {
            headers.set("Content-Type", request.getContentType());
        }
        return headers;
    }

    private static byte[] content(StandardHttpRequest request) throws IOException {
        return switch (request.body()) {
            case null -> new byte[0];
            case StringBodyContent text -> text.getContent().getBytes(StandardCharsets.UTF_8);
            case ByteArrayBodyContent bytes -> bytes.getContent();
            case InputStreamBodyContent stream -> stream.getContent().readAllBytes();
            default -> throw new IOException("a body of an unknown kind: " + request.body());
        };
    }

    private static Map<String, List<String>> lines(Headers headers) {
        Map<String, List<String>> out = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        headers.lines()
                .forEach(line -> out.computeIfAbsent(line.getKey(), n -> new ArrayList<>(1))
                        .add(line.getValue()));
        return out;
    }

    @Override
    protected void doClose() {
        // nothing of its own: watches end when their consumers cancel them
    }
}
