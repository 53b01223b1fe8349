package io.kybern.apiserver.http;

import java.util.List;

/** The client's side of a streaming body. Methods may be called from any thread and never block. */
public interface StreamSink {
    /** Queues bytes; they are not modified by anyone. */
    void write(byte[] bytes);

    /**
     * Queues pieces that follow one another as one write; neither they nor the list are modified by anyone. Streams of the same content
     * that are given the same pieces one after the other, as the watchers of a collection are, may share the bytes that become of them.
     */
    default void write(List<byte[]> pieces) {
        write(JoinedPieces.join(pieces));
    }

    /** Whether the connection takes no more for now: wait for {@link #onDrain}. */
    boolean isFull();

    /** Called each time after {@link #isFull} was true and is no more. */
    void onDrain(Runnable action);

    /** Called once when the client is gone or the body ended. */
    void onClose(Runnable action);

    /** Runs an action on the thread that serves this connection, after those given before. */
    void execute(Runnable action);

    /** How long after a write the next one should wait, since many that wait are served together; zero where a write costs little. */
    default long pauseNanos() {
        return 0;
    }

    /** As {@link #execute}, after {@link #pauseNanos}; only on the thread that serves this connection. */
    default void executeSoon(Runnable action) {
        execute(action);
    }

    /** Ends the body in good order. */
    void end();
}
