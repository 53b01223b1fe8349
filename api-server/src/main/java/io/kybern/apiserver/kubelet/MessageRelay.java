package io.kybern.apiserver.kubelet;

import io.kybern.apiserver.http.WebSocketHandler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.WebSocket;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Passes messages between a client and a kubelet's WebSocket, which may have said all it has to say and be closed before the
 * client listens: then its messages wait here. A client within this process takes what it gets, so the kubelet is never held.
 */
final class MessageRelay implements WebSocketHandler {
    private static final int NORMAL = 1000;

    private final WebSocket node;
    private final ReentrantLock lock = new ReentrantLock();
    private final Queue<byte[]> early = new ArrayDeque<>();
    private Optional<Socket> client = Optional.empty();
    private boolean ended;

    /** To be called on the event loop of the socket, as soon as it is open. */
    MessageRelay(WebSocket node) {
        this.node = node;
        node.binaryMessageHandler(message -> received(message.getBytes()));
        node.exceptionHandler(e -> {}); // the end is told to the next handler, too
        node.closeHandler(v -> nodeClosed());
    }

    /** The one that the kubelet chose; empty: none. */
    String protocol() {
        return node.subProtocol() == null ? "" : node.subProtocol();
    }

    void close() {
        node.close();
    }

    private void received(byte[] message) {
        lock.lock();
        try {
            client.ifPresentOrElse(open -> open.sendBinary(message), () -> early.add(message));
        } finally {
            lock.unlock();
        }
    }

    private void nodeClosed() {
        lock.lock();
        try {
            ended = true;
            client.ifPresent(open -> open.close(NORMAL, ""));
        } finally {
            lock.unlock();
        }
    }

    @Override
    public String choose(List<String> offered) {
        return protocol();
    }

    @Override
    public void open(Socket opened) {
        opened.onClose(node::close);
        opened.onMessage((bytes, text) -> {
            if (!node.isClosed()) {
                node.writeBinaryMessage(Buffer.buffer(bytes));
            }
        });
        lock.lock();
        try {
            client = Optional.of(opened);
            early.forEach(opened::sendBinary);
            early.clear();
            if (ended) {
                opened.close(NORMAL, "");
            }
        } finally {
            lock.unlock();
        }
    }
}
