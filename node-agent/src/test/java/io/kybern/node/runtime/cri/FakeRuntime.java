package io.kybern.node.runtime.cri;

import com.google.protobuf.Message;
import io.grpc.HandlerRegistry;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Server;
import io.grpc.ServerMethodDefinition;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.stub.ServerCalls;
import io.netty.channel.ChannelOption;
import io.netty.channel.epoll.EpollEventLoopGroup;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** A CRI server on a unix socket that answers as a test says; what it says nothing of is unimplemented. */
final class FakeRuntime extends HandlerRegistry implements AutoCloseable {
    private final Map<String, ServerMethodDefinition<?, ?>> methods = new ConcurrentHashMap<>();
    private final EpollEventLoopGroup loop = new EpollEventLoopGroup(1);
    private final Server server;

    FakeRuntime(Path socket) throws IOException {
        server = NettyServerBuilder.forAddress(new DomainSocketAddress(socket.toFile()))
                .channelType(EpollServerDomainSocketChannel.class)
                .bossEventLoopGroup(loop)
                .workerEventLoopGroup(loop)
                // A default of gRPC that unix sockets don't know and netty warns of.
                .withChildOption(ChannelOption.SO_KEEPALIVE, null)
                .directExecutor()
                .fallbackHandlerRegistry(this)
                .build()
                .start();
    }

    /** Answers a method of the runtime service; a {@link StatusRuntimeException} becomes the status of the call. */
    <Q extends Message, A extends Message> void on(
            String method, Q emptyRequest, A emptyAnswer, Function<Q, A> answer) {
        String name = "runtime.v1.RuntimeService/" + method;
        MethodDescriptor<Q, A> descriptor = MethodDescriptor.<Q, A>newBuilder()
                .setType(MethodType.UNARY)
                .setFullMethodName(name)
                .setRequestMarshaller(ProtoUtils.marshaller(emptyRequest))
                .setResponseMarshaller(ProtoUtils.marshaller(emptyAnswer))
                .build();
        methods.put(name, ServerMethodDefinition.create(descriptor, ServerCalls.asyncUnaryCall((request, observer) -> {
            try {
                observer.onNext(answer.apply(request));
                observer.onCompleted();
            } catch (StatusRuntimeException e) {
                observer.onError(e);
            }
        })));
    }

    @Override
    public ServerMethodDefinition<?, ?> lookupMethod(String method, String authority) {
        return methods.get(method);
    }

    @Override
    public void close() {
        server.shutdownNow();
        loop.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }
}
