package io.kybern.conformance.bench.load;

import io.kybern.conformance.process.Address;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.handler.codec.http2.DefaultHttp2Connection;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionAdapter;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2ConnectionHandlerBuilder;
import io.netty.handler.codec.http2.Http2EventAdapter;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2Stream;
import io.netty.util.collection.IntObjectHashMap;
import io.netty.util.collection.IntObjectMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/** Some watchers share a connection of HTTP/2, as the informers of a Go program do; with the windows that those have. */
final class Http2Watches implements WatchTransport {
    private static final int SHARE = 20;
    /** Source: {@code golang.org/x/net/http2}, {@code transport.go}. */
    private static final int STREAM_WINDOW = 4 << 20;

    private static final int CONNECTION_WINDOW = 1 << 30;

    private final Address address;
    private final Bootstrap connector;
    private final Map<Integer, CompletableFuture<Connected>> connections = new ConcurrentHashMap<>();

    Http2Watches(Address address, Bootstrap connector) {
        this.address = address;
        this.connector = connector;
    }

    @Override
    public int watchersOfConnection() {
        return SHARE;
    }

    @Override
    public void watch(Watcher watcher, String target) {
        connections
                .compute(watcher.group, (group, known) -> known != null && isUsable(known) ? known : connect(watcher))
                .thenAcceptAsync(connected -> connected.shared.watch(connected.context, watcher, target), watcher.loop);
    }

    private record Connected(Shared shared, ChannelHandlerContext context) {}

    private static boolean isUsable(CompletableFuture<Connected> connection) {
        return !connection.isDone()
                || !connection.join().shared.leaving
                        && connection.join().context.channel().isActive();
    }

    private CompletableFuture<Connected> connect(Watcher watcher) {
        CompletableFuture<Connected> connection = new CompletableFuture<>();
        Shared shared = new Shared();
        ChannelInitializer<Channel> handlers = new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel channel) {
                channel.pipeline().addLast(address.tls().http2().newHandler(channel.alloc()), shared.handler);
            }
        };
        ChannelFuture connecting =
                connector.clone().group(watcher.loop).handler(handlers).connect();
        connecting.addListener(connected -> {
            if (connected.isSuccess()) {
                connection.complete(
                        new Connected(shared, connecting.channel().pipeline().context(shared.handler)));
            } else {
                watcher.fail("can't connect: " + connected.cause());
            }
        });
        return connection;
    }

    /** A connection; used by its loop's thread. */
    private final class Shared extends Http2EventAdapter {
        private final Http2Connection connection = new DefaultHttp2Connection(false);
        private final Http2ConnectionHandler handler = new Http2ConnectionHandlerBuilder()
                .connection(connection)
                .frameListener(this)
                .initialSettings(
                        Http2Settings.defaultSettings().pushEnabled(false).initialWindowSize(STREAM_WINDOW))
                .build();
        private final IntObjectMap<Watcher> watchers = new IntObjectHashMap<>();
        private boolean widened;
        private volatile boolean leaving;

        Shared() {
            connection.addListener(new Http2ConnectionAdapter() {
                @Override
                public void onStreamClosed(Http2Stream stream) {
                    Optional.ofNullable(watchers.remove(stream.id())).ifPresent(Watcher::end);
                }

                @Override
                public void onGoAwayReceived(int lastStream, long error, ByteBuf reason) {
                    leaving = true;
                }
            });
        }

        void watch(ChannelHandlerContext context, Watcher watcher, String target) {
            try {
                widen();
                int stream = connection.local().incrementAndGetNextStreamId();
                Http2Headers head = new DefaultHttp2Headers()
                        .method("GET")
                        .scheme("https")
                        .authority(address.host())
                        .path(target)
                        .add("accept", "application/json")
                        .add("user-agent", "kybern-bench");
                if (!address.authorization().isEmpty()) {
                    head.add("authorization", address.authorization());
                }
                watchers.put(stream, watcher);
                handler.encoder().writeHeaders(context, stream, head, 0, true, context.newPromise());
                context.flush();
            } catch (Http2Exception e) {
                watcher.fail("can't watch: " + e.getMessage());
            }
        }

        private void widen() throws Http2Exception {
            if (!widened) {
                widened = true;
                connection
                        .local()
                        .flowController()
                        .incrementWindowSize(connection.connectionStream(), CONNECTION_WINDOW);
            }
        }

        @Override
        public void onHeadersRead(
                ChannelHandlerContext context,
                int stream,
                Http2Headers head,
                int streamDependency,
                short weight,
                boolean exclusive,
                int padding,
                boolean end) {
            Watcher watcher = watchers.get(stream);
            if (watcher == null) {
                return;
            }
            if ("200".contentEquals(head.status())) {
                watcher.begin();
            } else {
                watcher.fail("a watch was answered " + head.status());
            }
        }

        @Override
        public int onDataRead(ChannelHandlerContext context, int stream, ByteBuf data, int padding, boolean end) {
            int length = data.readableBytes() + padding;
            Watcher watcher = watchers.get(stream);
            if (watcher != null) {
                try {
                    Watcher.read(data, watcher.events::read);
                } catch (LoadException e) {
                    watcher.fail(String.valueOf(e.getMessage()));
                }
            }
            return length;
        }
    }
}
