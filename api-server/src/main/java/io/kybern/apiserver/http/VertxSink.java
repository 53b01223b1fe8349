package io.kybern.apiserver.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpResponseEncoder;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.impl.ContextInternal;
import io.vertx.core.net.impl.ConnectionBase;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A streaming body on its event loop.
 *
 * <p>A connection that takes no more tells so by a task of its event loop, thus never to one who goes on writing. So a stretch of
 * writes ends after {@value #STRETCH} bytes, and goes on when the loop has done what waited: that also lets others of the loop have
 * their turn.
 *
 * <p>Chunks of HTTP/1.1 go from the bytes that all streams of the loop share right to the encryption, past the codec, which holds nothing
 * back that they could overtake: what it would do with each of them costs more than to encrypt it.
 */
final class VertxSink implements StreamSink {
    private static final int STRETCH = 64 << 10;

    private final HttpServerResponse out;
    private final ContextInternal loop;
    private final Pacer pacer;
    /** Before the codec; null if the body isn't chunked. */
    private final @Nullable ChannelHandlerContext encoder;

    private int stretch;
    private Runnable onDrain = () -> {};

    VertxSink(HttpServerRequest request, ContextInternal loop) {
        this.out = request.response();
        this.loop = loop;
        this.pacer = Pacer.of(loop.nettyEventLoop());
        this.encoder = encoder(request);
        if (request.version() == HttpVersion.HTTP_2 && request.connection() instanceof ConnectionBase connection) {
            FlushGate.install(connection.channel(), pacer);
        }
        out.exceptionHandler(e -> {}); // a client that goes away is no error; onClose tells
        out.drainHandler(v -> onDrain.run());
    }

    private static @Nullable ChannelHandlerContext encoder(HttpServerRequest request) {
        boolean chunked = request.version() == HttpVersion.HTTP_1_1
                && request.response().isChunked()
                && !request.method().equals(HttpMethod.HEAD);
        return chunked && request.connection() instanceof ConnectionBase connection
                ? connection.channel().pipeline().context(HttpResponseEncoder.class)
                : null;
    }

    /** Sends the head at once, for clients that wait for it. */
    void begin() {
        out.write(Buffer.buffer());
    }

    @Override
    public void write(byte[] bytes) {
        write(List.of(bytes));
    }

    @Override
    public void write(List<byte[]> pieces) {
        ChannelHandlerContext chunks = encoder;
        if (isOver()) {
            return;
        }
        if (chunks == null) {
            write(Unpooled.wrappedBuffer(JoinedPieces.ofLoop().of(pieces)));
            return;
        }
        Channel channel = chunks.channel();
        ByteBuf chunk = JoinedPieces.ofLoop().chunk(pieces, channel.alloc());
        written(chunk.readableBytes());
        chunks.writeAndFlush(chunk, channel.voidPromise());
    }

    void write(ByteBuf bytes) {
        if (!isOver()) {
            written(bytes.readableBytes());
            out.write(Buffer.buffer(bytes));
        }
    }

    private void written(int length) {
        pacer.wrote(length);
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
        pacer.submit(action);
    }

    @Override
    public long pauseNanos() {
        return pacer.pause();
    }

    @Override
    public void executeSoon(Runnable action) {
        pacer.next(action);
    }

    @Override
    public void end() {
        if (!isOver()) {
            out.end();
        }
    }
}
