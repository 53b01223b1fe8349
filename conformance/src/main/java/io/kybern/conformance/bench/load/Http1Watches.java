package io.kybern.conformance.bench.load;

import io.kybern.conformance.process.Address;
import io.kybern.conformance.process.HttpConnection;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;

/** Each watcher has a connection of HTTP/1.1 of its own. */
final class Http1Watches implements WatchTransport {
    private final Address address;
    private final Bootstrap connector;

    Http1Watches(Address address, Bootstrap connector) {
        this.address = address;
        this.connector = connector;
    }

    @Override
    public int watchersOfConnection() {
        return 1;
    }

    @Override
    public void watch(Watcher watcher, String target) {
        byte[] request = address.complete(HttpConnection.request("GET", target, ""));
        ChannelInitializer<Channel> handlers = new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel channel) {
                channel.pipeline()
                        .addLast(address.tls().http1().newHandler(channel.alloc()), new Stream(watcher, request));
            }
        };
        connector.clone().group(watcher.loop).handler(handlers).connect().addListener(connected -> {
            if (!connected.isSuccess()) {
                watcher.fail("can't connect: " + connected.cause());
            }
        });
    }

    private static final class Stream extends ChannelInboundHandlerAdapter {
        private final Watcher watcher;
        private final byte[] request;
        private final ChunkedBody body;

        Stream(Watcher watcher, byte[] request) {
            this.watcher = watcher;
            this.request = request;
            this.body = new ChunkedBody(watcher.events);
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) {
            if (event instanceof SslHandshakeCompletionEvent handshake && handshake.isSuccess()) {
                context.writeAndFlush(context.alloc().buffer().writeBytes(request));
                watcher.begin();
            }
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            ByteBuf bytes = (ByteBuf) message;
            try {
                Watcher.read(bytes, body::read);
            } finally {
                bytes.release();
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            watcher.end();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            if (cause instanceof LoadException) {
                watcher.fail(String.valueOf(cause.getMessage()));
            }
            context.close();
        }
    }
}
