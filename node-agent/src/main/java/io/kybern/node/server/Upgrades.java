package io.kybern.node.server;

import io.kybern.node.spdy.SpdyConnection;
import io.kybern.node.spdy.SpdyStream;
import io.kybern.node.spdy.StreamReceiver;
import io.kybern.node.spdy.Wire;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.net.NetSocket;
import io.vertx.core.streams.ReadStream;
import io.vertx.core.streams.WriteStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;

/** Turns requests into WebSockets and SPDY connections. All of it on the event loop; what comes is handled off it. */
final class Upgrades {
    private static final String VERSION = "X-Stream-Protocol-Version";
    private static final String SUBPROTOCOL = "Sec-WebSocket-Protocol";

    private Upgrades() {}

    /** What is done with the streams of a SPDY connection. */
    interface SpdyService {
        StreamReceiver opened(SpdyStream stream);

        /** The other side has gone; must not block. */
        void closed();
    }

    static boolean isWebSocket(HttpServerRequest request) {
        return "websocket".equalsIgnoreCase(request.getHeader("Upgrade"));
    }

    /** @throws RefusedException unless a WebSocket or SPDY is asked for */
    static void require(HttpServerRequest request) {
        if (!isWebSocket(request) && !"SPDY/3.1".equalsIgnoreCase(request.getHeader("Upgrade"))) {
            throw new RefusedException(400, "Upgrade request required");
        }
    }

    /**
     * @param protocols the server knows them all; the first that was offered is spoken
     * @throws RefusedException if none of them was
     */
    static Future<ServerWebSocket> webSocket(HttpServerRequest request, List<String> protocols) {
        List<String> offered = words(request, SUBPROTOCOL);
        String chosen = protocols.stream()
                .filter(offered::contains)
                .findFirst()
                .orElseThrow(() -> new RefusedException(400, unable(offered, protocols)));
        // Vert.x answers with one of the server's: only the chosen one may be left in the offer.
        request.headers().set(SUBPROTOCOL, chosen);
        return request.toWebSocket();
    }

    /**
     * @param protocol of the streams
     * @throws RefusedException if the client does not speak it
     */
    static void spdy(HttpServerRequest request, String protocol, SpdyService service) {
        List<String> offered = words(request, VERSION);
        if (!offered.contains(protocol)) {
            throw new RefusedException(403, unable(offered, List.of(protocol)));
        }
        request.response().putHeader("Connection", "Upgrade").putHeader("Upgrade", "SPDY/3.1");
        request.response().putHeader(VERSION, protocol);
        request.toNetSocket()
                .onSuccess(socket -> serve(socket, service))
                .onFailure(e -> NodeServer.refuse(request, new RefusedException(400, String.valueOf(e.getMessage()))));
    }

    private static void serve(NetSocket socket, SpdyService service) {
        SpdyConnection connection = serve(socket, socket, socket::close, service);
        socket.closeHandler(gone -> connection.close());
        socket.exceptionHandler(e -> connection.close());
    }

    /** SPDY within the binary messages of a WebSocket. */
    static void tunnel(ServerWebSocket socket, SpdyService service) {
        SpdyConnection connection = serve(socket, socket, socket::close, service);
        socket.closeHandler(gone -> connection.close());
        socket.exceptionHandler(e -> connection.close());
    }

    private static SpdyConnection serve(
            ReadStream<Buffer> in, WriteStream<Buffer> out, Runnable close, SpdyService service) {
        in.pause();
        Context loop = Vertx.currentContext();
        ExecutorService incoming = Executors.newSingleThreadExecutor(
                Thread.ofVirtual().name("spdy").factory());
        SpdyConnection connection = SpdyConnection.server(new StreamWire(out, close), service::opened, () -> {
            incoming.shutdown();
            service.closed();
        });
        in.handler(buffer -> {
            try {
                incoming.execute(() -> {
                    connection.receive(buffer.getBytes());
                    loop.runOnContext(v -> in.fetch(1));
                });
            } catch (RejectedExecutionException closed) {
                // What comes after the end concerns nobody.
            }
        });
        in.fetch(1);
        return connection;
    }

    private static List<String> words(HttpServerRequest request, String header) {
        List<String> words = new ArrayList<>();
        for (String line : request.headers().getAll(header)) {
            for (String word : line.split(",")) {
                words.add(word.strip());
            }
        }
        return words;
    }

    private static String unable(List<String> offered, List<String> ours) {
        return "unable to upgrade: unable to negotiate protocol: client supports [" + String.join(" ", offered)
                + "], server accepts [" + String.join(" ", ours) + "]";
    }

    /** Sends wait until the bytes are on their way. */
    private record StreamWire(WriteStream<Buffer> out, Runnable end) implements Wire {
        @Override
        public void send(byte[] bytes) throws IOException {
            try {
                out.write(Buffer.buffer(bytes))
                        .toCompletionStage()
                        .toCompletableFuture()
                        .join();
            } catch (CompletionException | IllegalStateException gone) {
                throw new IOException(gone.getMessage(), gone);
            }
        }

        @Override
        public void close() {
            end.run();
        }
    }
}
