package io.kybern.apiserver.http;

import io.netty.buffer.Unpooled;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.impl.ContextInternal;
import java.nio.ByteBuffer;
import java.util.Iterator;

/**
 * Writes answers to their connections: what is whole at once, pieces as the client takes them, a stream for as long as its source
 * likes. To be called on the event loop of the connection.
 */
final class ResponseWriter {
    private final Vertx vertx;

    ResponseWriter(Vertx vertx) {
        this.vertx = vertx;
    }

    /**
     * Writes the head, and begins with the body.
     *
     * @throws IllegalStateException for what is no answer, but takes the connection
     */
    void write(HttpServerRequest incoming, ApiRequest request, ApiResponse response) {
        HttpServerResponse out = incoming.response();
        out.setStatusCode(response.status());
        response.headers().lines().forEach(line -> out.headers().add(line.getKey(), line.getValue()));
        switch (response) {
            case ApiResponse.Full full -> full(out, request, full);
            case ApiResponse.Chunks chunks -> chunks(incoming, chunks.pieces());
            case ApiResponse.Stream stream -> {
                boolean sized = stream.headers().first("Content-Length").isPresent();
                if (incoming.version() == HttpVersion.HTTP_1_1 && !sized) {
                    out.setChunked(true);
                }
                VertxSink sink = sink(incoming);
                sink.begin();
                stream.source().start(sink);
            }
            case ApiResponse.Upgrade upgrade -> throw new IllegalStateException("an upgrade has no body");
            case ApiResponse.Tunnel tunnel -> throw new IllegalStateException("a tunnel has no body");
        }
    }

    private static void full(HttpServerResponse out, ApiRequest request, ApiResponse.Full full) {
        out.putHeader("Content-Length", Integer.toString(full.length()));
        if (request.method().equals("HEAD")) {
            out.end();
            return;
        }
        byte[][] pieces = full.body().toArray(byte[][]::new);
        out.end(Buffer.buffer(Unpooled.wrappedBuffer(pieces)));
    }

    private void chunks(HttpServerRequest incoming, Iterator<ByteBuffer> pieces) {
        incoming.response().setChunked(true);
        VertxSink sink = sink(incoming);
        sink.onDrain(() -> pump(sink, pieces));
        pump(sink, pieces);
    }

    private static void pump(VertxSink sink, Iterator<ByteBuffer> pieces) {
        while (!sink.isFull()) {
            if (sink.isOver() || !pieces.hasNext()) {
                sink.end();
                return;
            }
            sink.write(Pieces.chunk(pieces));
        }
    }

    private VertxSink sink(HttpServerRequest incoming) {
        return new VertxSink(incoming, (ContextInternal) vertx.getOrCreateContext());
    }
}
