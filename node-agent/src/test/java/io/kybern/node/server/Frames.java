package io.kybern.node.server;

import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** A client of channels that collects what comes, by channel. */
public final class Frames implements WebSocket.Listener {
    private final Map<Integer, String> received = new ConcurrentHashMap<>();
    private final ByteArrayOutputStream message = new ByteArrayOutputStream();
    private final CompletableFuture<Integer> closed = new CompletableFuture<>();
    private WebSocket socket;

    public static Frames open(String uri, String... protocols) {
        var frames = new Frames();
        String[] others = java.util.Arrays.copyOfRange(protocols, 1, protocols.length);
        frames.socket = HttpClient.newHttpClient()
                .newWebSocketBuilder()
                .subprotocols(protocols[0], others)
                .buildAsync(URI.create(uri), frames)
                .join();
        return frames;
    }

    public String protocol() {
        return socket.getSubprotocol();
    }

    public void send(int channel, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        socket.sendBinary(
                        ByteBuffer.allocate(bytes.length + 1)
                                .put((byte) channel)
                                .put(bytes)
                                .flip(),
                        true)
                .join();
    }

    /** As clients do whose strings are no bytes, each word in a frame of its own. */
    public void sendText(int channel, String... words) {
        for (int i = 0; i < words.length; i++) {
            socket.sendText((i == 0 ? Character.toString(channel) : "") + words[i], i == words.length - 1)
                    .join();
        }
    }

    /** Everything so far on a channel. */
    public String on(int channel) {
        return received.getOrDefault(channel, "");
    }

    /** Returns as soon as {@code text} has come on a channel. */
    public void awaitOn(int channel, String text) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        synchronized (received) {
            while (!on(channel).contains(text)) {
                long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
                if (left <= 0) {
                    throw new AssertionError("not on channel " + channel + ": " + text + " but " + on(channel));
                }
                received.wait(left);
            }
        }
    }

    /** The code with which the other side closed. */
    public int awaitClose() throws Exception {
        return closed.get(20, TimeUnit.SECONDS);
    }

    @Override
    public CompletionStage<?> onBinary(WebSocket webSocket, ByteBuffer data, boolean last) {
        byte[] part = new byte[data.remaining()];
        data.get(part);
        message.writeBytes(part);
        if (last) {
            byte[] whole = message.toByteArray();
            message.reset();
            synchronized (received) {
                received.merge(
                        Byte.toUnsignedInt(whole[0]),
                        new String(whole, 1, whole.length - 1, StandardCharsets.ISO_8859_1),
                        String::concat);
                received.notifyAll();
            }
        }
        webSocket.request(1);
        return null;
    }

    @Override
    public CompletionStage<?> onClose(WebSocket webSocket, int statusCode, String reason) {
        closed.complete(statusCode);
        return null;
    }

    @Override
    public void onError(WebSocket webSocket, Throwable error) {
        closed.completeExceptionally(error);
    }
}
