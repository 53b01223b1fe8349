package io.kybern.apiserver.http;

/** The client's side of a streaming body. Methods may be called from any thread and never block. */
public interface StreamSink {
    /** Queues bytes; they are not modified by anyone. */
    void write(byte[] bytes);

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
