package io.kybern.node.spdy;

import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;

/** One stream of a {@link SpdyConnection}. What comes waits for its receiver, up to a limit. */
public final class SpdyStream {
    /** Bytes that may wait for the receiver; then nothing more is read from the connection. */
    private static final int WAITING = 256 << 10;

    private final SpdyConnection connection;
    private final int id;
    private final Map<String, String> headers;
    private final ExecutorService thread;
    private final Semaphore room = new Semaphore(WAITING);
    private volatile StreamReceiver receiver = StreamReceiver.NONE;
    private volatile boolean sentLast;
    private volatile boolean receivedLast;

    SpdyStream(SpdyConnection connection, int id, Map<String, String> headers, ExecutorService thread) {
        this.connection = connection;
        this.id = id;
        this.headers = Map.copyOf(headers);
        this.thread = thread;
    }

    int id() {
        return id;
    }

    public SpdyConnection connection() {
        return connection;
    }

    /** A header that named the stream when it was opened, by its name in lower case; empty text if there is none. */
    public String header(String name) {
        return headers.getOrDefault(name, "");
    }

    /** Waits until the data is on its way; after the end, or when nobody listens any more, it is dropped. */
    public void send(byte[] data) {
        if (!sentLast && data.length > 0) {
            connection.sendData(this, data, false);
        }
    }

    /** Ends our direction. */
    public void end() {
        if (!sentLast) {
            sentLast = true;
            connection.sendData(this, new byte[0], true);
        }
    }

    /** Breaks the stream off. */
    public void reset() {
        sentLast = true;
        receivedLast = true;
        connection.sendReset(id);
    }

    void receiver(StreamReceiver to) {
        receiver = to;
    }

    /** Whether neither side will send any more. */
    boolean done() {
        return sentLast && receivedLast;
    }

    /** Blocks while too much waits for the receiver. */
    void received(byte[] data) throws InterruptedException {
        if (receivedLast) {
            return;
        }
        int size = Math.min(data.length, WAITING);
        room.acquire(size);
        execute(() -> {
            try {
                receiver.data(data);
            } finally {
                room.release(size);
            }
        });
    }

    void receivedEnd() {
        if (!receivedLast) {
            receivedLast = true;
            execute(() -> receiver.ended());
        }
    }

    void receivedReset() {
        sentLast = true;
        if (!receivedLast) {
            receivedLast = true;
            execute(() -> receiver.reset());
        }
    }

    /** Nothing will come any more: who waits for room need not. */
    void release() {
        room.release(WAITING);
    }

    /** Lets the thread end with what it has to do. */
    void shutdown() {
        thread.shutdown();
    }

    private void execute(Runnable action) {
        try {
            thread.execute(action);
        } catch (RejectedExecutionException closed) {
            // The connection has been closed: nobody wants to know.
        }
    }
}
