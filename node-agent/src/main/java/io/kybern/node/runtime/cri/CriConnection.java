package io.kybern.node.runtime.cri;

import com.google.protobuf.Message;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.stub.ClientCalls;
import io.netty.channel.ChannelOption;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.epoll.EpollEventLoopGroup;
import io.netty.channel.unix.DomainSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Unary calls to a CRI server on a unix socket. Safe for any number of threads; calls block. */
final class CriConnection implements AutoCloseable {
    private static final String RUNTIME = "runtime.v1.RuntimeService/";
    private static final String IMAGES = "runtime.v1.ImageService/";
    /** Upstream's {@code maxMsgSize}. */
    private static final int MESSAGE_BYTES = 16 << 20;
    /** Upstream's {@code runtimeRequestTimeout}. */
    static final Duration TIMEOUT = Duration.ofMinutes(2);

    private final EpollEventLoopGroup loop =
            new EpollEventLoopGroup(1, Thread.ofPlatform().daemon().name("cri").factory());
    private final ManagedChannel channel;

    CriConnection(Path socket) {
        channel = NettyChannelBuilder.forAddress(new DomainSocketAddress(socket.toFile()))
                .eventLoopGroup(loop)
                .channelType(EpollDomainSocketChannel.class, DomainSocketAddress.class)
                // A default of gRPC that unix sockets don't know and netty warns of.
                .withOption(ChannelOption.SO_KEEPALIVE, null)
                .overrideAuthority("localhost")
                .maxInboundMessageSize(MESSAGE_BYTES)
                .usePlaintext()
                .build();
    }

    /** A call to the runtime service; {@code empty} is the default instance of the answer's type. */
    <A extends Message> A runtime(String method, Message request, A empty) {
        return call(RUNTIME + method, request, empty, TIMEOUT);
    }

    <A extends Message> A runtime(String method, Message request, A empty, Duration timeout) {
        return call(RUNTIME + method, request, empty, timeout);
    }

    <A extends Message> A images(String method, Message request, A empty, Duration timeout) {
        return call(IMAGES + method, request, empty, timeout);
    }

    private <Q extends Message, A extends Message> A call(String method, Q request, A empty, Duration timeout) {
        @SuppressWarnings("unchecked")
        Q emptyRequest = (Q) request.getDefaultInstanceForType();
        MethodDescriptor<Q, A> descriptor = MethodDescriptor.<Q, A>newBuilder()
                .setType(MethodType.UNARY)
                .setFullMethodName(method)
                .setRequestMarshaller(ProtoUtils.marshaller(emptyRequest))
                .setResponseMarshaller(ProtoUtils.marshaller(empty))
                .build();
        return ClientCalls.blockingUnaryCall(
                channel,
                descriptor,
                CallOptions.DEFAULT.withDeadlineAfter(timeout.toMillis(), TimeUnit.MILLISECONDS),
                request);
    }

    @Override
    public void close() {
        channel.shutdownNow();
        loop.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }
}
