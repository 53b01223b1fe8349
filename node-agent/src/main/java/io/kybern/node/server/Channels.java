package io.kybern.node.server;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ServerWebSocket;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A WebSocket of channels, server side. Incoming messages are handled one after the other on a virtual thread; the next
 * one is read when the last is done. Sends wait until they are on their way.
 *
 * <p>A message may be binary or text and in one frame or many: clients in languages whose strings aren't bytes (Python's,
 * JavaScript's) send text, and the channel is its first byte there, too.
 */
final class Channels {
    /** Handles one message: its channel and what follows. */
    @FunctionalInterface
    interface Handler {
        void received(int channel, byte[] data);
    }

    private static final Logger LOG = System.getLogger(Channels.class.getName());
    private static final short NORMAL = 1000;

    private final ServerWebSocket socket;
    /** Only there a socket may be asked for more. */
    private final Context loop;

    private final ExecutorService incoming = Executors.newSingleThreadExecutor(
            Thread.ofVirtual().name("channels").factory());

    /** To be called on the event loop of the socket. */
    Channels(ServerWebSocket socket) {
        this.socket = socket;
        this.loop = Vertx.currentContext();
        socket.pause();
    }

    /** Begins to read; {@code closed} runs when the other side has gone. */
    void serve(Runnable opened, Handler handler, Runnable closed) {
        socket.binaryMessageHandler(message -> received(message, handler));
        socket.textMessageHandler(message -> received(Buffer.buffer(message), handler));
        socket.frameHandler(frame -> {
            // What is asked for are frames, and the handlers of messages hear only of the last.
            if (!frame.isFinal()) {
                socket.fetch(1);
            }
        });
        socket.closeHandler(end -> {
            incoming.execute(closed);
            incoming.shutdown();
        });
        incoming.execute(() -> {
            opened.run();
            loop.runOnContext(v -> socket.fetch(1));
        });
    }

    private void received(Buffer message, Handler handler) {
        incoming.execute(() -> {
            try {
                if (message.length() > 0) {
                    handler.received(Byte.toUnsignedInt(message.getByte(0)), message.getBytes(1, message.length()));
                }
            } catch (RuntimeException e) {
                LOG.log(Level.DEBUG, () -> "a stream's message was not handled: " + e.getMessage());
            }
            loop.runOnContext(v -> socket.fetch(1));
        });
    }

    void send(int channel, byte[] data) {
        try {
            socket.writeBinaryMessage(Buffer.buffer(data.length + 1)
                            .appendByte((byte) channel)
                            .appendBytes(data))
                    .toCompletionStage()
                    .toCompletableFuture()
                    .join();
        } catch (CompletionException | IllegalStateException gone) {
            LOG.log(Level.DEBUG, () -> "a stream's reader has gone: " + gone.getMessage());
        }
    }

    void close() {
        if (!socket.isClosed()) {
            socket.close(NORMAL);
        }
    }
}
