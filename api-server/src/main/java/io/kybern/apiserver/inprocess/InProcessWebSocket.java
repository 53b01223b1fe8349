package io.kybern.apiserver.inprocess;

import io.fabric8.kubernetes.client.http.BufferUtil;
import io.fabric8.kubernetes.client.http.WebSocket;
import io.kybern.apiserver.http.WebSocketHandler;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadFactory;

/**
 * Both ends of a WebSocket between a client and a server of one process. The client gets one message at first and
 * another for each {@link #request}. Each side's callbacks run in its own mailbox.
 */
final class InProcessWebSocket implements WebSocket {
    private static final int ABNORMAL = 1006;

    /** A message in either direction. */
    private record Message(byte[] bytes, boolean text) {}

    /** How it ended, whichever side began. */
    private record Close(int code, String reason) {}

    private final WebSocket.Listener listener;
    private final String protocol;
    private final Mailbox server;
    private final Mailbox client;
    private final Outbox<Message> toClient = new Outbox<>();
    private final Outbox<Message> toServer = new Outbox<>();
    private final CompletableFuture<Close> closed = new CompletableFuture<>();

    /** Confined to the client's mailbox. */
    private long demand = 1;

    /** Confined to the client's mailbox: whether the listener knows that it is over. */
    private boolean told;

    /** Confined to the server's mailbox. */
    private Optional<WebSocketHandler.MessageListener> messages = Optional.empty();

    InProcessWebSocket(WebSocket.Listener listener, String protocol, ThreadFactory threads) {
        this.server = new Mailbox(threads);
        this.client = new Mailbox(threads);
        this.listener = listener;
        this.protocol = protocol;
    }

    /** Tells both sides that the socket is open; the client's has been told on return, as clients count on that. */
    void open(WebSocketHandler handler) {
        listener.onOpen(this);
        server.execute(() -> {
            try {
                handler.open(new ServerSide());
            } catch (RuntimeException e) {
                closed.complete(new Close(ABNORMAL, String.valueOf(e.getMessage())));
                throw e;
            }
        });
        closed.thenRun(() -> client.execute(this::deliver));
    }

    // ---- the client's side

    @Override
    public boolean send(ByteBuffer buffer) {
        if (closed.isDone()) {
            return false;
        }
        byte[] bytes = BufferUtil.toArray(buffer);
        toServer.add(new Message(bytes, false), bytes.length);
        server.execute(this::receive);
        return true;
    }

    @Override
    public boolean sendClose(int code, String reason) {
        // after what was sent before
        if (closed.isDone()) {
            return false;
        }
        server.execute(() -> closed.complete(new Close(code, reason == null ? "" : reason)));
        return true;
    }

    @Override
    public long queueSize() {
        return toServer.size();
    }

    @Override
    public void request() {
        client.execute(() -> {
            demand++;
            deliver();
        });
    }

    private void deliver() {
        while (!told) {
            boolean over = closed.isDone(); // read first: what was sent before the end is seen then
            if (over && toClient.isEmpty()) {
                told = true;
                Close close = closed.join();
                listener.onClose(this, close.code(), close.reason());
                return;
            }
            Optional<Message> message = demand == 0 ? Optional.empty() : toClient.poll();
            if (message.isEmpty()) {
                return;
            }
            demand--;
            hand(message.get());
        }
    }

    private void hand(Message message) {
        if (message.text()) {
            listener.onMessage(this, new String(message.bytes(), StandardCharsets.UTF_8));
        } else {
            listener.onMessage(this, ByteBuffer.wrap(message.bytes()).asReadOnlyBuffer());
        }
    }

    // ---- the server's side

    private void receive() {
        while (messages.isPresent()) {
            Optional<Message> message = toServer.poll();
            if (message.isEmpty()) {
                return;
            }
            messages.get().onMessage(message.get().bytes(), message.get().text());
        }
    }

    private final class ServerSide implements WebSocketHandler.Socket {
        @Override
        public String protocol() {
            return protocol;
        }

        @Override
        public void sendText(String text) {
            send(new Message(text.getBytes(StandardCharsets.UTF_8), true));
        }

        @Override
        public void sendBinary(byte[] bytes) {
            send(new Message(bytes, false));
        }

        private void send(Message message) {
            if (!closed.isDone()) {
                toClient.add(message, message.bytes().length);
                client.execute(InProcessWebSocket.this::deliver);
            }
        }

        @Override
        public void execute(Runnable action) {
            server.execute(action);
        }

        @Override
        public boolean isFull() {
            return toClient.isFull();
        }

        @Override
        public void onDrain(Runnable action) {
            toClient.onDrain(action);
        }

        @Override
        public void onMessage(WebSocketHandler.MessageListener to) {
            server.execute(() -> {
                messages = Optional.of(to);
                receive();
            });
        }

        @Override
        public void onClose(Runnable action) {
            closed.thenRun(() -> server.execute(action));
        }

        @Override
        public void close(int code, String reason) {
            closed.complete(new Close(code, reason));
        }
    }
}
