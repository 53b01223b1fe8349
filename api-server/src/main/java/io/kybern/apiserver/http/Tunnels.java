package io.kybern.apiserver.http;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.impl.Http1xServerConnection;
import io.vertx.core.net.NetSocket;
import java.util.function.Consumer;

/**
 * Turns a request into a pipe of bytes. Vert.x does it for GET alone and kubectl upgrades by POST, so the head is written and
 * the connection taken from Vert.x here.
 */
final class Tunnels {
    private Tunnels() {}

    /** To be called on the connection's event loop. */
    static void upgrade(HttpServerRequest request, ApiResponse.Tunnel tunnel) {
        if (!(request.connection() instanceof Http1xServerConnection connection)) {
            request.response().setStatusCode(400).end("only HTTP/1.1 connections can be upgraded\n");
            return;
        }
        Context loop = Vertx.currentContext();
        FullHttpResponse head = new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1, HttpResponseStatus.SWITCHING_PROTOCOLS, Unpooled.EMPTY_BUFFER);
        tunnel.headers().lines().forEach(line -> head.headers().add(line.getKey(), line.getValue()));
        connection.channelHandlerContext().writeAndFlush(head);
        connection.netSocket().onSuccess(socket -> {
            socket.pause();
            tunnel.handler().open(new VertxSocket(socket, loop));
        });
    }

    /** A connection on its event loop. */
    private record VertxSocket(NetSocket socket, Context loop) implements TunnelHandler.Socket {
        @Override
        public void write(byte[] bytes) {
            socket.write(Buffer.buffer(Unpooled.wrappedBuffer(bytes)));
        }

        @Override
        public boolean isFull() {
            return socket.writeQueueFull();
        }

        @Override
        public void onDrain(Runnable action) {
            socket.drainHandler(v -> action.run());
        }

        @Override
        public void onData(Consumer<byte[]> listener) {
            socket.handler(buffer -> listener.accept(buffer.getBytes()));
        }

        @Override
        public void pause() {
            socket.pause();
        }

        @Override
        public void resume() {
            loop.runOnContext(v -> socket.resume());
        }

        @Override
        public void onClose(Runnable action) {
            socket.closeHandler(v -> action.run());
        }

        @Override
        public void close() {
            socket.close();
        }
    }
}
