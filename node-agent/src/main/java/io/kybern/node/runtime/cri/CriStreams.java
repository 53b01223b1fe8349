package io.kybern.node.runtime.cri;

import io.grpc.StatusRuntimeException;
import io.kybern.node.runtime.ContainerFailure;
import io.kybern.node.runtime.ContainerRuntime.PortConnection;
import io.kybern.node.runtime.ContainerRuntime.PortOutput;
import io.kybern.node.runtime.ContainerRuntime.StreamOptions;
import io.kybern.node.runtime.ContainerRuntime.StreamOutput;
import io.kybern.node.runtime.ContainerRuntime.StreamSession;
import io.kybern.node.runtime.cri.v1.AttachRequest;
import io.kybern.node.runtime.cri.v1.AttachResponse;
import io.kybern.node.runtime.cri.v1.ExecRequest;
import io.kybern.node.runtime.cri.v1.ExecResponse;
import io.kybern.node.runtime.cri.v1.PortForwardRequest;
import io.kybern.node.runtime.cri.v1.PortForwardResponse;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.nio.NioEventLoopGroup;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;

/**
 * Live streams through the runtime's streaming server, which a CRI call names by URL: processes over SPDY, whose streams
 * end one by one, ports over a WebSocket of {@code v4.channel.k8s.io}.
 */
final class CriStreams implements AutoCloseable {
    private static final String STDIN = "stdin";
    private static final String STDOUT = "stdout";
    private static final String STDERR = "stderr";
    private static final String ERROR = "error";
    private static final String RESIZE = "resize";
    private static final String NO_STATUS = "{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"metadata\":{},"
            + "\"status\":\"Failure\",\"message\":\"the runtime closed the stream\",\"reason\":\"InternalError\",\"code\":500}";

    private final CriConnection connection;
    private final HttpClient http = HttpClient.newHttpClient();
    private final EventLoopGroup loop = new NioEventLoopGroup(
            1, Thread.ofPlatform().daemon().name("cri-streams").factory());

    CriStreams(CriConnection connection) {
        this.connection = connection;
    }

    StreamSession process(String containerId, StreamOptions options, StreamOutput output) {
        String url = options.attach() ? attachUrl(containerId, options) : execUrl(containerId, options);
        SpdySession session = SpdySession.open(loop, URI.create(url), streams(options), new ProcessStreams(output));
        return new StreamSession() {
            @Override
            public void stdin(byte[] data) {
                session.send(STDIN, data);
            }

            @Override
            public void stdinEnd() {
                session.end(STDIN);
            }

            @Override
            public void resize(int columns, int rows) {
                session.send(
                        RESIZE,
                        ("{\"Width\":" + columns + ",\"Height\":" + rows + "}").getBytes(StandardCharsets.UTF_8));
            }

            @Override
            public void close() {
                session.close();
            }
        };
    }

    private static List<String> streams(StreamOptions options) {
        List<String> streams = new ArrayList<>(List.of(ERROR));
        if (options.stdin()) {
            streams.add(STDIN);
        }
        if (options.stdout()) {
            streams.add(STDOUT);
        }
        if (options.stderr() && !options.tty()) {
            streams.add(STDERR);
        }
        if (options.tty()) {
            streams.add(RESIZE);
        }
        return streams;
    }

    private String execUrl(String containerId, StreamOptions options) {
        ExecRequest request = ExecRequest.newBuilder()
                .setContainerId(containerId)
                .addAllCmd(options.command())
                .setTty(options.tty())
                .setStdin(options.stdin())
                .setStdout(options.stdout())
                .setStderr(options.stderr() && !options.tty())
                .build();
        return connection
                .runtime("Exec", request, ExecResponse.getDefaultInstance())
                .getUrl();
    }

    private String attachUrl(String containerId, StreamOptions options) {
        AttachRequest request = AttachRequest.newBuilder()
                .setContainerId(containerId)
                .setTty(options.tty())
                .setStdin(options.stdin())
                .setStdout(options.stdout())
                .setStderr(options.stderr() && !options.tty())
                .build();
        return connection
                .runtime("Attach", request, AttachResponse.getDefaultInstance())
                .getUrl();
    }

    PortConnection port(String sandboxId, int port, PortOutput output) {
        PortForwardRequest request = PortForwardRequest.newBuilder()
                .setPodSandboxId(sandboxId)
                .addPort(port)
                .build();
        String url = connection
                .runtime("PortForward", request, PortForwardResponse.getDefaultInstance())
                .getUrl();
        ChannelSocket socket = open(url, new PortChannels(output));
        return new PortConnection() {
            @Override
            public void send(byte[] data) {
                socket.send((byte) 0, data);
            }

            @Override
            public void close() {
                socket.close();
            }
        };
    }

    private ChannelSocket open(String url, ChannelSocket.Receiver receiver) {
        try {
            return ChannelSocket.open(http, URI.create(url.replaceFirst("^http", "ws")), receiver);
        } catch (CompletionException | StatusRuntimeException e) {
            throw new ContainerFailure("StreamError", "the runtime's streaming server refused: " + e.getMessage(), e);
        }
    }

    /** Takes a process's streams apart. The status comes when all output has. */
    private static final class ProcessStreams implements SpdySession.Receiver {
        private final StreamOutput output;
        private boolean ended;

        ProcessStreams(StreamOutput output) {
            this.output = output;
        }

        @Override
        public void received(String stream, byte[] data) {
            switch (stream) {
                case STDOUT -> output.stdout(data);
                case STDERR -> output.stderr(data);
                case ERROR -> end(new String(data, StandardCharsets.UTF_8));
                default -> {
                    // Nothing comes on stdin and resize.
                }
            }
        }

        @Override
        public void closed() {
            end(NO_STATUS);
        }

        private void end(String status) {
            if (!ended) {
                ended = true;
                output.ended(status);
            }
        }
    }

    /** A port's data and error channel; each begins with the port's number in two bytes. */
    private static final class PortChannels implements ChannelSocket.Receiver {
        private final PortOutput output;
        private final boolean[] begun = new boolean[2];

        PortChannels(PortOutput output) {
            this.output = output;
        }

        @Override
        public void received(byte channel, byte[] data) {
            if (channel > 1 || data.length == 0) {
                return;
            }
            if (!begun[channel]) {
                begun[channel] = true;
                return;
            }
            if (channel == 0) {
                output.data(data);
            } else {
                output.closed(new String(data, StandardCharsets.UTF_8));
            }
        }

        @Override
        public void closed(String error) {
            output.closed(error);
        }
    }

    @Override
    public void close() {
        http.shutdownNow();
        loop.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }
}
