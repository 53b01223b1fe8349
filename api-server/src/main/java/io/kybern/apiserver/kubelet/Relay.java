package io.kybern.apiserver.kubelet;

import io.kybern.apiserver.http.ApiResponse;
import io.kybern.apiserver.http.Headers;
import io.kybern.apiserver.http.StreamSink;
import io.kybern.apiserver.http.TunnelHandler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.net.NetSocket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Executor;
import java.util.function.UnaryOperator;

/**
 * Passes on what the other side sends, no faster than the client takes it, and ends each side when the other does. The two are
 * served by different event loops: each is held and let go on its own.
 */
final class Relay {
    private final Executor loop;

    /** @param loop runs actions on the event loop of backends */
    Relay(Executor loop) {
        this.loop = loop;
    }

    /** @param response paused */
    ApiResponse body(HttpClientResponse response, Headers headers) {
        return new ApiResponse.Stream(response.statusCode(), headers, sink -> start(response, sink));
    }

    private void start(HttpClientResponse response, StreamSink sink) {
        sink.onClose(() -> response.request().reset());
        sink.onDrain(() -> loop.execute(response::resume));
        response.exceptionHandler(e -> sink.end());
        response.endHandler(v -> sink.end());
        response.handler(buffer -> {
            sink.write(buffer.getBytes());
            if (sink.isFull()) {
                response.pause();
            }
        });
        loop.execute(response::resume);
    }

    /**
     * Passes a page on when it is whole, rewritten; one that is longer than {@code limit} goes on as it comes.
     *
     * @param response paused
     */
    ApiResponse page(HttpClientResponse response, Headers headers, int limit, UnaryOperator<String> rewrite) {
        return new ApiResponse.Stream(response.statusCode(), headers, sink -> {
            Buffer page = Buffer.buffer();
            response.handler(piece -> {
                page.appendBuffer(piece);
                if (page.length() > limit) {
                    sink.write(page.getBytes());
                    start(response, sink);
                }
            });
            sink.onClose(() -> response.request().reset());
            response.exceptionHandler(e -> sink.end());
            response.endHandler(v -> {
                sink.write(rewrite.apply(page.toString(StandardCharsets.UTF_8)).getBytes(StandardCharsets.UTF_8));
                sink.end();
            });
            loop.execute(response::resume);
        });
    }

    /** @param backend paused, upgraded as {@code headers} tell the client */
    ApiResponse bytes(NetSocket backend, Headers headers) {
        return new ApiResponse.Tunnel(headers, client -> join(backend, client));
    }

    private void join(NetSocket backend, TunnelHandler.Socket client) {
        client.onClose(backend::close);
        client.onDrain(() -> loop.execute(backend::resume));
        client.onData(bytes -> {
            backend.write(Buffer.buffer(bytes));
            if (backend.writeQueueFull()) {
                client.pause();
            }
        });
        backend.drainHandler(v -> client.resume());
        // Not when it is closed, which may have been already, but when all that came before has been passed on.
        backend.endHandler(v -> client.close());
        backend.exceptionHandler(e -> client.close());
        backend.handler(buffer -> {
            client.write(buffer.getBytes());
            if (client.isFull()) {
                backend.pause();
            }
        });
        loop.execute(backend::resume);
        client.resume();
    }
}
