package io.kybern.node.spdy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.spdy.DefaultSpdyDataFrame;
import io.netty.handler.codec.spdy.DefaultSpdyPingFrame;
import io.netty.handler.codec.spdy.DefaultSpdyRstStreamFrame;
import io.netty.handler.codec.spdy.DefaultSpdySynReplyFrame;
import io.netty.handler.codec.spdy.DefaultSpdySynStreamFrame;
import io.netty.handler.codec.spdy.SpdyDataFrame;
import io.netty.handler.codec.spdy.SpdyFrame;
import io.netty.handler.codec.spdy.SpdyFrameCodec;
import io.netty.handler.codec.spdy.SpdyPingFrame;
import io.netty.handler.codec.spdy.SpdyRstStreamFrame;
import io.netty.handler.codec.spdy.SpdyStreamStatus;
import io.netty.handler.codec.spdy.SpdySynStreamFrame;
import io.netty.handler.codec.spdy.SpdyVersion;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A connection after its upgrade to SPDY/3.1, either side of it. It has no thread that reads: whoever has the bytes of the other
 * side gives them to {@link #receive}, one call after the other, and may be held up there by receivers that are slow.
 *
 * <p>Each stream of a server has a thread for its receiver, so that they don't wait for each other. A client's streams share one,
 * so that their receivers see all data in the order in which it was sent.
 *
 * <pre>
 * receive(bytes) ─► decoder ─► SYN_STREAM: reply, acceptor chooses a receiver
 *                              DATA: the stream's receiver    PING: the same back
 * stream.send ─► encoder (one at a time) ─► wire
 * </pre>
 */
public final class SpdyConnection implements AutoCloseable {
    private static final Logger LOG = System.getLogger(SpdyConnection.class.getName());
    /** A forwarded port takes two streams for each of its connections. */
    private static final int MAX_STREAMS = 2000;

    private final Wire wire;
    private final boolean client;
    private final Function<SpdyStream, StreamReceiver> acceptor;
    private final Runnable onClose;
    private final EmbeddedChannel decoder = new EmbeddedChannel(new SpdyFrameCodec(SpdyVersion.SPDY_3_1));
    private final EmbeddedChannel encoder = new EmbeddedChannel(new SpdyFrameCodec(SpdyVersion.SPDY_3_1));
    private final ReentrantLock sending = new ReentrantLock();
    private final Map<Integer, SpdyStream> streams = new ConcurrentHashMap<>();
    private final AtomicBoolean closed = new AtomicBoolean();
    private final @Nullable ExecutorService shared;
    private int nextId = 1;

    private SpdyConnection(Wire wire, boolean client, Function<SpdyStream, StreamReceiver> acceptor, Runnable onClose) {
        this.wire = wire;
        this.client = client;
        this.acceptor = acceptor;
        this.onClose = onClose;
        this.shared = client ? thread() : null;
    }

    /**
     * The side that answered the upgrade.
     *
     * @param acceptor told each stream that the other side opens; its own can be written to at once
     * @param onClose runs once, when the connection has ended for whatever reason; must not block
     */
    public static SpdyConnection server(Wire wire, Function<SpdyStream, StreamReceiver> acceptor, Runnable onClose) {
        return new SpdyConnection(wire, false, acceptor, onClose);
    }

    /** The side that asked for the upgrade. */
    public static SpdyConnection client(Wire wire) {
        return new SpdyConnection(wire, true, stream -> StreamReceiver.NONE, () -> {});
    }

    private static ExecutorService thread() {
        return Executors.newSingleThreadExecutor(
                Thread.ofVirtual().name("spdy-stream").factory());
    }

    private ExecutorService executor() {
        return shared == null ? thread() : shared;
    }

    /** Opens a stream; only clients do. */
    public SpdyStream open(Map<String, String> headers, StreamReceiver receiver) {
        sending.lock();
        try {
            int id = nextId;
            nextId += 2;
            SpdyStream stream = new SpdyStream(this, id, headers, executor());
            stream.receiver(receiver);
            streams.put(id, stream);
            var frame = new DefaultSpdySynStreamFrame(id, 0, (byte) 0);
            headers.forEach(frame.headers()::add);
            send(frame);
            return stream;
        } finally {
            sending.unlock();
        }
    }

    /** Takes bytes of the other side. What is no SPDY closes the connection. */
    public void receive(byte[] bytes) {
        try {
            decoder.writeInbound(Unpooled.wrappedBuffer(bytes));
            for (Object frame = decoder.readInbound(); frame != null; frame = decoder.readInbound()) {
                try {
                    handle(frame);
                } finally {
                    ReferenceCountUtil.release(frame);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            close();
        } catch (Exception e) {
            // The codec throws what it was told, checked or not.
            LOG.log(Level.DEBUG, () -> "a SPDY connection is closed: " + e);
            close();
        }
    }

    private void handle(Object frame) throws InterruptedException {
        switch (frame) {
            case SpdySynStreamFrame opened -> opened(opened);
            case SpdyDataFrame data -> {
                SpdyStream stream = streams.get(data.streamId());
                if (stream != null) {
                    if (data.content().isReadable()) {
                        stream.received(ByteBufUtil.getBytes(data.content()));
                    }
                    if (data.isLast()) {
                        stream.receivedEnd();
                        forgetIfDone(stream);
                    }
                }
            }
            case SpdyRstStreamFrame reset -> {
                SpdyStream stream = streams.remove(reset.streamId());
                if (stream != null) {
                    stream.receivedReset();
                    finish(stream);
                }
            }
            // A client's pings have odd numbers; what isn't the other side's own is an answer.
            case SpdyPingFrame ping when (ping.id() % 2 != 0) != client -> send(new DefaultSpdyPingFrame(ping.id()));
            default -> {
                // Replies, settings, windows and farewells need no answer.
            }
        }
    }

    private void opened(SpdySynStreamFrame frame) {
        if (client || streams.size() >= MAX_STREAMS) {
            send(new DefaultSpdyRstStreamFrame(frame.streamId(), SpdyStreamStatus.REFUSED_STREAM));
            return;
        }
        Map<String, String> headers = new HashMap<>();
        frame.headers()
                .forEach(line -> headers.put(
                        line.getKey().toString().toLowerCase(Locale.ROOT),
                        line.getValue().toString()));
        SpdyStream stream = new SpdyStream(this, frame.streamId(), headers, executor());
        streams.put(frame.streamId(), stream);
        var reply = new DefaultSpdySynReplyFrame(frame.streamId());
        // Netty leaves an empty block of headers away, which others can't read.
        reply.headers().add("status", "200");
        send(reply);
        stream.receiver(acceptor.apply(stream));
        if (frame.isLast()) {
            stream.receivedEnd();
        }
    }

    void sendData(SpdyStream stream, byte[] data, boolean last) {
        if (streams.containsKey(stream.id())) {
            var frame = new DefaultSpdyDataFrame(stream.id(), Unpooled.wrappedBuffer(data));
            frame.setLast(last);
            send(frame);
            forgetIfDone(stream);
        }
    }

    void sendReset(int id) {
        SpdyStream stream = streams.remove(id);
        if (stream != null) {
            send(new DefaultSpdyRstStreamFrame(id, SpdyStreamStatus.CANCEL));
            finish(stream);
        }
    }

    private void forgetIfDone(SpdyStream stream) {
        if (stream.done() && streams.remove(stream.id(), stream)) {
            finish(stream);
        }
    }

    private void finish(SpdyStream stream) {
        stream.release();
        if (shared == null) {
            stream.shutdown();
        }
    }

    private void send(SpdyFrame frame) {
        sending.lock();
        try {
            encoder.writeOutbound(frame);
            for (ByteBuf out = encoder.readOutbound(); out != null; out = encoder.readOutbound()) {
                byte[] bytes = ByteBufUtil.getBytes(out);
                out.release();
                if (!closed.get()) {
                    wire.send(bytes);
                }
            }
        } catch (IOException e) {
            LOG.log(Level.DEBUG, () -> "a SPDY connection's other side has gone: " + e.getMessage());
            close();
        } finally {
            sending.unlock();
        }
    }

    /** Ends the connection and each stream; to be called, too, when the other side has gone. */
    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        wire.close();
        for (SpdyStream stream : streams.values()) {
            stream.receivedReset();
            finish(stream);
        }
        streams.clear();
        if (shared != null) {
            shared.shutdown();
        }
        onClose.run();
    }
}
