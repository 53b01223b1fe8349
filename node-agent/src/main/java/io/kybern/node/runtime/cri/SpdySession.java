package io.kybern.node.runtime.cri;

import io.kybern.node.runtime.ContainerFailure;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.spdy.DefaultSpdyDataFrame;
import io.netty.handler.codec.spdy.DefaultSpdyPingFrame;
import io.netty.handler.codec.spdy.DefaultSpdySynStreamFrame;
import io.netty.handler.codec.spdy.SpdyDataFrame;
import io.netty.handler.codec.spdy.SpdyFrameCodec;
import io.netty.handler.codec.spdy.SpdyPingFrame;
import io.netty.handler.codec.spdy.SpdyVersion;
import io.netty.util.ReferenceCountUtil;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * A client of the streaming protocol that container runtimes serve: HTTP upgraded to SPDY/3.1, one stream a channel, each
 * named by its {@code streamtype} header. It can end one direction, which their WebSocket form can't. Flow control is not
 * used: the runtimes' library has none.
 *
 * <p>Streams are numbered in the order of their names: 1, 3, 5, … What arrives is handed on by one virtual thread, and no
 * more is read before it is done.
 */
final class SpdySession implements AutoCloseable {
    /** Calls are serial; {@link #closed} comes last, once. */
    interface Receiver {
        void received(String stream, byte[] data);

        void closed();
    }

    private static final int CONNECT_SECONDS = 10;
    private static final String UPGRADE = "POST %s HTTP/1.1\r\nHost: %s\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\n"
            + "X-Stream-Protocol-Version: v4.channel.k8s.io\r\nContent-Length: 0\r\n\r\n";

    private final Channel channel;
    private final List<String> streams;

    private SpdySession(Channel channel, List<String> streams) {
        this.channel = channel;
        this.streams = streams;
    }

    /** @throws ContainerFailure when the server can't be reached or refuses */
    static SpdySession open(EventLoopGroup loop, URI uri, List<String> streams, Receiver receiver) {
        var upgraded = new CompletableFuture<Void>();
        var incoming = new Incoming(streams, receiver);
        Channel channel = new Bootstrap()
                .group(loop)
                .channel(NioSocketChannel.class)
                .handler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel socket) {
                        socket.pipeline().addLast(new Handshake(upgraded, incoming));
                    }
                })
                .connect(uri.getHost(), uri.getPort())
                .syncUninterruptibly()
                .channel();
        String request = UPGRADE.formatted(uri.getRawPath(), uri.getAuthority());
        channel.writeAndFlush(Unpooled.copiedBuffer(request, StandardCharsets.US_ASCII));
        try {
            upgraded.orTimeout(CONNECT_SECONDS, TimeUnit.SECONDS).join();
        } catch (CompletionException e) {
            channel.close();
            throw new ContainerFailure("StreamError", "the runtime's streaming server refused: " + e.getCause(), e);
        }
        var session = new SpdySession(channel, streams);
        for (int i = 0; i < streams.size(); i++) {
            var frame = new DefaultSpdySynStreamFrame(id(i), 0, (byte) 0);
            frame.headers().add("streamtype", streams.get(i));
            channel.writeAndFlush(frame);
        }
        return session;
    }

    private static int id(int index) {
        return 2 * index + 1;
    }

    /** Waits until the data is on its way; data for a stream that was not opened, or after the end, is dropped. */
    void send(String stream, byte[] data) {
        write(stream, new DefaultSpdyDataFrame(1, Unpooled.wrappedBuffer(data)));
    }

    /** Ends our direction of a stream. */
    void end(String stream) {
        write(stream, new DefaultSpdyDataFrame(1).setLast(true));
    }

    private void write(String stream, SpdyDataFrame frame) {
        int index = streams.indexOf(stream);
        if (index < 0 || !channel.isActive()) {
            frame.release();
            return;
        }
        channel.writeAndFlush(frame.setStreamId(id(index))).awaitUninterruptibly();
    }

    @Override
    public void close() {
        channel.close();
    }

    /** Reads the answer to the upgrade, then gives its place to SPDY. */
    private static final class Handshake extends ByteToMessageDecoder {
        private static final byte[] END = {'\r', '\n', '\r', '\n'};

        private final CompletableFuture<Void> upgraded;
        private final Incoming incoming;

        Handshake(CompletableFuture<Void> upgraded, Incoming incoming) {
            this.upgraded = upgraded;
            this.incoming = incoming;
        }

        @Override
        protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
            int end = ByteBufUtil.indexOf(Unpooled.wrappedBuffer(END), in);
            if (end < 0) {
                return;
            }
            String answer = in.readCharSequence(end - in.readerIndex() + END.length, StandardCharsets.US_ASCII)
                    .toString();
            if (!answer.startsWith("HTTP/1.1 101")) {
                upgraded.completeExceptionally(
                        new IllegalStateException(answer.lines().findFirst().orElse("no answer")));
                context.close();
                return;
            }
            context.pipeline().addLast(new SpdyFrameCodec(SpdyVersion.SPDY_3_1), incoming);
            context.pipeline().remove(this);
            upgraded.complete(null);
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) throws Exception {
            upgraded.completeExceptionally(new IllegalStateException("the connection was closed"));
            super.channelInactive(context);
        }
    }

    /** Hands frames on, off the event loop. */
    private static final class Incoming extends ChannelInboundHandlerAdapter {
        private final List<String> streams;
        private final Receiver receiver;
        private final ExecutorService thread = Executors.newSingleThreadExecutor(
                Thread.ofVirtual().name("cri-stream").factory());

        Incoming(List<String> streams, Receiver receiver) {
            this.streams = streams;
            this.receiver = receiver;
        }

        @Override
        public void handlerAdded(ChannelHandlerContext context) {
            context.channel().config().setAutoRead(false);
            context.read();
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            if (message instanceof SpdyDataFrame frame) {
                byte[] data = ByteBufUtil.getBytes(frame.content());
                int index = frame.streamId() / 2;
                if (data.length > 0 && index < streams.size()) {
                    thread.execute(() -> receiver.received(streams.get(index), data));
                }
            } else if (message instanceof SpdyPingFrame ping) {
                context.writeAndFlush(new DefaultSpdyPingFrame(ping.id()));
            }
            ReferenceCountUtil.release(message);
        }

        @Override
        public void channelReadComplete(ChannelHandlerContext context) {
            try {
                thread.execute(context::read);
            } catch (RejectedExecutionException closed) {
                context.close();
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            thread.execute(receiver::closed);
            thread.shutdown();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            context.close();
        }
    }
}
