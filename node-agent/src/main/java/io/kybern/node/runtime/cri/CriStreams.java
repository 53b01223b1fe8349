package io.kybern.node.runtime.cri;

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
import io.kybern.node.spdy.SpdyConnection;
import io.kybern.node.spdy.SpdyStream;
import io.kybern.node.spdy.StreamReceiver;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Live streams through the runtime's streaming server, which a CRI call names by URL: one connection for each process or
 * connection to a port. The receivers of a connection run one after the other, in the order in which the runtime wrote.
 */
final class CriStreams {
    private static final String TYPE = "streamtype";
    private static final String ERROR = "error";
    private static final String NO_STATUS = "{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"metadata\":{},"
            + "\"status\":\"Failure\",\"message\":\"the runtime closed the stream\",\"reason\":\"InternalError\",\"code\":500}";

    private final CriConnection connection;

    CriStreams(CriConnection connection) {
        this.connection = connection;
    }

    StreamSession process(String containerId, StreamOptions options, StreamOutput output) {
        String url = options.attach() ? attachUrl(containerId, options) : execUrl(containerId, options);
        SpdyConnection spdy = SpdyClient.open(URI.create(url), "v4.channel.k8s.io");
        spdy.open(Map.of(TYPE, ERROR), new Status(output, spdy));
        Optional<SpdyStream> stdin = open(spdy, "stdin", options.stdin(), data -> {});
        open(spdy, "stdout", options.stdout(), output::stdout);
        open(spdy, "stderr", options.stderr() && !options.tty(), output::stderr);
        Optional<SpdyStream> resize = open(spdy, "resize", options.tty(), data -> {});
        return new StreamSession() {
            @Override
            public void stdin(byte[] data) {
                stdin.ifPresent(stream -> stream.send(data));
            }

            @Override
            public void stdinEnd() {
                stdin.ifPresent(SpdyStream::end);
            }

            @Override
            public void resize(int columns, int rows) {
                String size = "{\"Width\":" + columns + ",\"Height\":" + rows + "}";
                resize.ifPresent(stream -> stream.send(size.getBytes(StandardCharsets.UTF_8)));
            }

            @Override
            public void close() {
                spdy.close();
            }
        };
    }

    private static Optional<SpdyStream> open(SpdyConnection spdy, String type, boolean wanted, Consumer<byte[]> to) {
        return wanted ? Optional.of(spdy.open(Map.of(TYPE, type), to::accept)) : Optional.empty();
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
        SpdyConnection spdy = SpdyClient.open(URI.create(url), "portforward.k8s.io");
        var errors = new StringBuilder();
        String number = Integer.toString(port);
        spdy.open(
                        Map.of(TYPE, ERROR, "port", number, "requestid", "0"),
                        data -> errors.append(new String(data, StandardCharsets.UTF_8)))
                .end();
        SpdyStream stream =
                spdy.open(Map.of(TYPE, "data", "port", number, "requestid", "0"), new PortData(output, errors, spdy));
        return new PortConnection() {
            @Override
            public void send(byte[] data) {
                stream.send(data);
            }

            @Override
            public void sendEnd() {
                stream.end();
            }

            @Override
            public void close() {
                spdy.close();
            }
        };
    }

    /** The error stream of a process: it brings the status when all output has come. */
    private static final class Status implements StreamReceiver {
        private final StreamOutput output;
        private final SpdyConnection spdy;
        private boolean told;

        Status(StreamOutput output, SpdyConnection spdy) {
            this.output = output;
            this.spdy = spdy;
        }

        @Override
        public void data(byte[] data) {
            if (!told) {
                told = true;
                output.ended(new String(data, StandardCharsets.UTF_8));
                spdy.close();
            }
        }

        @Override
        public void ended() {
            data(NO_STATUS.getBytes(StandardCharsets.UTF_8));
        }
    }

    /** The data stream of a port. The runtime ends it last. */
    private record PortData(PortOutput output, StringBuilder errors, SpdyConnection spdy) implements StreamReceiver {
        @Override
        public void data(byte[] data) {
            output.data(data);
        }

        @Override
        public void ended() {
            output.closed(errors.toString());
            spdy.close();
        }
    }
}
