package io.kybern.apiserver.inprocess;

import io.fabric8.kubernetes.client.http.AsyncBody;
import io.kybern.apiserver.http.StreamSink;
import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadFactory;

/**
 * The body of an answer on its way to the client: a piece for each {@link #consume} that the client calls. The pieces
 * come from an iterator (a body that is there, a list) or are written by the server as they come about (a watch).
 *
 * <p>The server's actions and the client's consumer run in a mailbox each, so that a consumer that takes its time holds up
 * nothing but itself.
 */
final class InProcessBody implements AsyncBody, StreamSink {
    private final AsyncBody.Consumer<List<ByteBuffer>> consumer;
    private final Iterator<ByteBuffer> pieces;
    private final Outbox<ByteBuffer> written = new Outbox<>();
    private final Mailbox server;
    private final Mailbox client;
    private final CompletableFuture<Void> done = new CompletableFuture<>();

    /** Confined to the client's mailbox. */
    private long demand;

    private volatile boolean ended;

    private InProcessBody(
            AsyncBody.Consumer<List<ByteBuffer>> consumer,
            Iterator<ByteBuffer> pieces,
            boolean ended,
            ThreadFactory threads) {
        this.consumer = consumer;
        this.pieces = pieces;
        this.ended = ended;
        this.server = new Mailbox(threads);
        this.client = new Mailbox(threads);
    }

    /** A body that the client pulls. */
    static InProcessBody of(
            Iterator<ByteBuffer> pieces, AsyncBody.Consumer<List<ByteBuffer>> consumer, ThreadFactory threads) {
        return new InProcessBody(consumer, pieces, true, threads);
    }

    /** A body that the server writes. */
    static InProcessBody stream(AsyncBody.Consumer<List<ByteBuffer>> consumer, ThreadFactory threads) {
        return new InProcessBody(consumer, Collections.emptyIterator(), false, threads);
    }

    // ---- the client's side

    @Override
    public void consume() {
        client.execute(() -> {
            demand++;
            deliver();
        });
    }

    @Override
    public CompletableFuture<Void> done() {
        return done;
    }

    @Override
    public void cancel() {
        done.cancel(false);
    }

    private void deliver() {
        while (!done.isDone()) {
            boolean complete = ended; // read first: what was written before the end is seen then
            if (complete && written.isEmpty() && !pieces.hasNext()) {
                done.complete(null);
                return;
            }
            if (demand == 0) {
                return;
            }
            Optional<ByteBuffer> piece = next();
            if (piece.isEmpty()) {
                return;
            }
            demand--;
            hand(piece.get());
        }
    }

    private Optional<ByteBuffer> next() {
        return pieces.hasNext() ? Optional.of(pieces.next()) : written.poll();
    }

    /** Bytes are shared with the server's cache: the client gets a view that it can't write to. */
    private void hand(ByteBuffer piece) {
        try {
            consumer.consume(List.of(piece.asReadOnlyBuffer()), this);
        } catch (Exception e) {
            done.completeExceptionally(e);
        }
    }

    // ---- the server's side

    @Override
    public void write(byte[] bytes) {
        written.add(ByteBuffer.wrap(bytes), bytes.length);
        client.execute(this::deliver);
    }

    @Override
    public boolean isFull() {
        return written.isFull();
    }

    @Override
    public void onDrain(Runnable action) {
        written.onDrain(action);
    }

    @Override
    public void onClose(Runnable action) {
        done.whenComplete((nothing, error) -> server.execute(action));
    }

    @Override
    public void execute(Runnable action) {
        server.execute(action);
    }

    @Override
    public void end() {
        ended = true;
        client.execute(this::deliver);
    }
}
