package io.kybern.apiserver.http;

import java.util.List;

/** The server's side of a WebSocket. */
public interface WebSocketHandler {
    /** Of the subprotocols that the client offers, the one to be spoken; empty: none. */
    String choose(List<String> offered);

    /** The socket is open. */
    void open(Socket socket);

    /** An open socket; any thread, never blocks. */
    interface Socket {
        /** The subprotocol spoken; empty: none. */
        String protocol();

        void sendText(String text);

        void sendBinary(byte[] bytes);

        /** Runs an action on the thread that serves this connection. */
        void execute(Runnable action);

        boolean isFull();

        void onDrain(Runnable action);

        void onMessage(MessageListener listener);

        /** Lets the other side wait with its messages; a socket within this process, which buffers none, goes on. */
        default void pause() {}

        /** Takes messages again. */
        default void resume() {}

        void onClose(Runnable action);

        void close(int code, String reason);
    }

    /** Receives whole messages. */
    interface MessageListener {
        void onMessage(byte[] bytes, boolean text);
    }
}
