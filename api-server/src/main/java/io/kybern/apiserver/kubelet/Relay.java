package io.kybern.apiserver.kubelet;

import io.kybern.apiserver.http.ApiResponse;
import io.kybern.apiserver.http.Headers;
import io.kybern.apiserver.http.StreamSink;
import io.kybern.apiserver.http.WebSocketHandler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.WebSocket;

/** Passes on what the other side sends, no faster than the client takes it, and ends each side when the other does. */
final class Relay {
    private static final short NORMAL = 1000;

    private Relay() {}

    /** @param response paused */
    static ApiResponse body(HttpClientResponse response, Headers headers) {
        return new ApiResponse.Stream(response.statusCode(), headers, sink -> start(response, sink));
    }

    private static void start(HttpClientResponse response, StreamSink sink) {
        sink.onClose(() -> response.request().reset());
        sink.onDrain(response::resume);
        response.exceptionHandler(e -> sink.end());
        response.endHandler(v -> sink.end());
        response.handler(buffer -> {
            sink.write(buffer.getBytes());
            if (sink.isFull()) {
                response.pause();
            }
        });
        response.resume();
    }

    /** @param node paused; speaks the protocol that was chosen for the client too */
    static ApiResponse messages(WebSocket node, String protocol) {
        return new ApiResponse.Upgrade(new Headers(), new WebSocketHandler() {
            @Override
            public String choose(java.util.List<String> offered) {
                return protocol;
            }

            @Override
            public void open(Socket client) {
                client.onClose(() -> node.close());
                client.onDrain(node::resume);
                node.drainHandler(v -> client.resume());
                client.onMessage((bytes, text) -> {
                    if (!node.isClosed()) {
                        node.writeBinaryMessage(Buffer.buffer(bytes));
                        if (node.writeQueueFull()) {
                            client.pause();
                        }
                    }
                });
                node.closeHandler(v -> client.close(NORMAL, ""));
                node.exceptionHandler(e -> client.close(NORMAL, ""));
                node.binaryMessageHandler(message -> {
                    client.sendBinary(message.getBytes());
                    if (client.isFull()) {
                        node.pause();
                    }
                });
                node.resume();
            }
        });
    }
}
