package io.kybern.apiserver.http;

import io.netty.buffer.Unpooled;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.ServerWebSocket;
import java.util.ArrayList;
import java.util.List;

/** Turns a request into a WebSocket. */
final class WebSockets {
    private WebSockets() {}

    static void upgrade(HttpServerRequest request, WebSocketHandler handler) {
        List<String> offered = new ArrayList<>();
        String header = request.getHeader("Sec-WebSocket-Protocol");
        if (header != null) {
            for (String protocol : header.split(",")) {
                offered.add(protocol.strip());
            }
        }
        String chosen = handler.choose(offered);
        // Vert.x answers with one of the server's subprotocols: only the chosen one may be left in the offer
        if (chosen.isEmpty()) {
            request.headers().remove("Sec-WebSocket-Protocol");
        } else {
            request.headers().set("Sec-WebSocket-Protocol", chosen);
        }
        Context loop = Vertx.currentContext();
        request.toWebSocket()
                .onSuccess(socket -> handler.open(new VertxSocket(socket, chosen, loop)))
                .onFailure(e -> request.response().setStatusCode(400).end());
    }

    /** An open WebSocket on its event loop. */
    private record VertxSocket(ServerWebSocket socket, String protocol, Context loop)
            implements WebSocketHandler.Socket {
        @Override
        public void sendText(String text) {
            if (!socket.isClosed()) {
                socket.writeTextMessage(text);
            }
        }

        @Override
        public void sendBinary(byte[] bytes) {
            if (!socket.isClosed()) {
                socket.writeBinaryMessage(Buffer.buffer(Unpooled.wrappedBuffer(bytes)));
            }
        }

        @Override
        public void execute(Runnable action) {
            loop.runOnContext(v -> action.run());
        }

        @Override
        public boolean isFull() {
            return !socket.isClosed() && socket.writeQueueFull();
        }

        @Override
        public void onDrain(Runnable action) {
            socket.drainHandler(v -> action.run());
        }

        @Override
        public void onMessage(WebSocketHandler.MessageListener listener) {
            socket.textMessageHandler(
                    text -> listener.onMessage(text.getBytes(java.nio.charset.StandardCharsets.UTF_8), true));
            socket.binaryMessageHandler(bytes -> listener.onMessage(bytes.getBytes(), false));
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
        public void close(int code, String reason) {
            if (!socket.isClosed()) {
                socket.close((short) code, reason);
            }
        }
    }
}
