package io.kybern.apiserver.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.ChannelPromise;
import io.netty.handler.ssl.SslHandler;

/**
 * Sends together what several streams of a connection of HTTP/2 write: informers of one client share a connection, and the event that
 * all of them get would otherwise be encrypted and sent a stream at a time. While streams of the loop write one after the other, what
 * would be sent is held back, {@value #ENOUGH} bytes of a connection at most, which is what goes into one record of TLS.
 *
 * <pre>
 *   stream ─┐
 *   stream ─┼─ frames ─► gate ─► encryption ─► socket
 *   stream ─┘             ▲ opened by the {@link Pacer} when all have written
 * </pre>
 */
final class FlushGate extends ChannelOutboundHandlerAdapter {
    private static final int ENOUGH = 16 << 10;

    private final Pacer pacer;
    private int held;
    private boolean waiting;

    FlushGate(Pacer pacer) {
        this.pacer = pacer;
    }

    /** Gives a connection its gate, if it has none; on its loop. */
    static void install(Channel channel, Pacer pacer) {
        ChannelPipeline pipeline = channel.pipeline();
        ChannelHandlerContext encryption = pipeline.context(SslHandler.class);
        if (encryption != null && pipeline.get(FlushGate.class) == null) {
            pipeline.addAfter(encryption.name(), FlushGate.class.getName(), new FlushGate(pacer));
        }
    }

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        if (message instanceof ByteBuf bytes) {
            held += bytes.readableBytes();
        }
        context.write(message, promise);
    }

    @Override
    public void flush(ChannelHandlerContext context) {
        if (!pacer.isWriting() || held >= ENOUGH) {
            held = 0;
            context.flush();
        } else if (!waiting) {
            waiting = true;
            pacer.whenAllHaveWritten(() -> open(context));
        }
    }

    private void open(ChannelHandlerContext context) {
        waiting = false;
        if (held > 0) {
            held = 0;
            context.flush();
        }
    }
}
