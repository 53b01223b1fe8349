package io.kybern.apiserver.http;

import java.util.function.Consumer;

/** The server's side of a connection that has become a pipe of bytes. */
@FunctionalInterface
public interface TunnelHandler {
    /** The connection is the handler's; nothing is read before {@link Socket#resume}. */
    void open(Socket socket);

    /** The client's connection; any thread, never blocks. */
    interface Socket {
        /** Queues bytes; they are not modified by anyone. */
        void write(byte[] bytes);

        boolean isFull();

        void onDrain(Runnable action);

        void onData(Consumer<byte[]> listener);

        void pause();

        void resume();

        void onClose(Runnable action);

        void close();
    }
}
