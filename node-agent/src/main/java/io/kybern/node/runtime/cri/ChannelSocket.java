package io.kybern.node.runtime.cri;

import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** A WebSocket of {@code v4.channel.k8s.io}: binary messages whose first byte is a channel. Sends block, one at a time. */
final class ChannelSocket implements WebSocket.Listener, AutoCloseable {
    /** Calls are serial; {@link #closed} comes last, once. */
    interface Receiver {
        void received(byte channel, byte[] data);

        void closed(String error);
    }

    private final Receiver receiver;
    private final ReentrantLock sending = new ReentrantLock();
    private final ByteArrayOutputStream message = new ByteArrayOutputStream();
    private boolean ended;
    private volatile @Nullable WebSocket socket;

    private ChannelSocket(Receiver receiver) {
        this.receiver = receiver;
    }

    static ChannelSocket open(HttpClient http, URI uri, Receiver receiver) {
        var channels = new ChannelSocket(receiver);
        channels.socket = http.newWebSocketBuilder()
                .subprotocols("v4.channel.k8s.io")
                .buildAsync(uri, channels)
                .join();
        return channels;
    }

    void send(byte channel, byte[] data) {
        WebSocket open = socket;
        if (open == null || open.isOutputClosed()) {
            return;
        }
        ByteBuffer frame =
                ByteBuffer.allocate(data.length + 1).put(channel).put(data).flip();
        sending.lock();
        try {
            open.sendBinary(frame, true).join();
        } catch (CompletionException closed) {
            open.abort();
        } finally {
            sending.unlock();
        }
    }

    @Override
    public @Nullable CompletionStage<?> onBinary(WebSocket webSocket, ByteBuffer data, boolean last) {
        byte[] part = new byte[data.remaining()];
        data.get(part);
        message.writeBytes(part);
        if (last) {
            byte[] whole = message.toByteArray();
            message.reset();
            if (whole.length > 0) {
                byte[] rest = new byte[whole.length - 1];
                System.arraycopy(whole, 1, rest, 0, rest.length);
                receiver.received(whole[0], rest);
            }
        }
        webSocket.request(1);
        return null;
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket webSocket, int statusCode, String reason) {
        end("");
        return null;
    }

    @Override
    public void onError(WebSocket webSocket, Throwable error) {
        end(String.valueOf(error.getMessage()));
    }

    private void end(String error) {
        if (!ended) {
            ended = true;
            receiver.closed(error);
        }
    }

    @Override
    public void close() {
        WebSocket open = socket;
        if (open != null) {
            open.abort();
        }
    }
}
