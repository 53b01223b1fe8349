package io.kybern.apiserver.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.impl.ContextInternal;
import java.util.List;

/**
 * A streaming body on its event loop.
 *
 * <p>A connection that takes no more tells so by a task of its event loop, thus never to one who goes on writing. So a stretch of
 * writes ends after {@value #STRETCH} bytes, and goes on when the loop has done what waited: that also lets others of the loop have
 * their turn.
 */
final class VertxSink implements StreamSink {
    private static final int STRETCH = 64 << 10;

    private final HttpServerResponse out;
    private final ContextInternal loop;
    private int stretch;
    private Runnable onDrain = () -> {};

    VertxSink(HttpServerResponse out, ContextInternal loop) {
        this.out = out;
        this.loop = loop;
        out.exceptionHandler(e -> {}); // a client that goes away is no error; onClose tells
        out.drainHandler(v -> onDrain.run());
    }

    /** Sends the head at once, for clients that wait for it. */
    void begin() {
        out.write(Buffer.buffer());
    }

    @Override
    public void write(byte[] bytes) {
        write(Unpooled.wrappedBuffer(bytes));
    }

    @Override
    public void write(List<byte[]> pieces) {
        write(JoinedPieces.ofLoop().of(pieces));
    }

    void write(ByteBuf bytes) {
        if (isOver()) {
            return;
        }
        int length = bytes.readableBytes();
        out.write(Buffer.buffer(bytes));
        boolean within = stretch < STRETCH;
        stretch += length;
        if (within && stretch >= STRETCH) {
            loop.nettyEventLoop().execute(this::nextStretch);
        }
    }

    private void nextStretch() {
        stretch = 0;
        if (!isOver() && !out.writeQueueFull()) {
            loop.dispatch(onDrain);
        }
    }

    /** Whether nothing is written any more: the client is gone, or the body ended. */
    boolean isOver() {
        return out.closed() || out.ended();
    }

    @Override
    public boolean isFull() {
        return stretch >= STRETCH || out.writeQueueFull();
    }

    @Override
    public void onDrain(Runnable action) {
        onDrain = action;
    }

    @Override
    public void onClose(Runnable action) {
        out.closeHandler(v -> action.run());
        out.endHandler(v -> action.run());
    }

    @Override
    public void execute(Runnable action) {
        loop.runOnContext(v -> Pacer.ofLoop().run(action));
    }

    @Override
    public long pauseNanos() {
        return Pacer.ofLoop().pause();
    }

    @Override
    public void executeSoon(Runnable action) {
        Pacer.ofLoop().next(loop, action);
    }

    @Override
    public void end() {
        if (!isOver()) {
            out.end();
        }
    }
}
