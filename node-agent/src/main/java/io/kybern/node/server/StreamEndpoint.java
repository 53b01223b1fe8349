package io.kybern.node.server;

import io.fabric8.kubernetes.api.model.Pod;
import io.kybern.node.runtime.ContainerRuntime;
import io.kybern.node.runtime.ContainerRuntime.StreamOptions;
import io.kybern.node.runtime.ContainerRuntime.StreamOutput;
import io.kybern.node.runtime.ContainerRuntime.StreamSession;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.ServerWebSocket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** {@code /exec} and {@code /attach}. */
final class StreamEndpoint {
    private static final List<String> WEB_SOCKET_PROTOCOLS = List.of("v5.channel.k8s.io", "v4.channel.k8s.io");
    private static final String SPDY_PROTOCOL = "v4.channel.k8s.io";
    private static final int STDIN = 0;
    private static final int STDOUT = 1;
    private static final int STDERR = 2;
    private static final int END = 3;
    private static final int RESIZE = 4;
    /** v5: the byte after it names the channel that ends. */
    private static final int CLOSE = 255;

    private final Targets targets;
    private final ContainerRuntime runtime;

    StreamEndpoint(Targets targets, ContainerRuntime runtime) {
        this.targets = targets;
        this.runtime = runtime;
    }

    void exec(HttpServerRequest request, List<String> path) {
        List<String> command = request.params().getAll("command");
        if (command.isEmpty()) {
            throw new RefusedException(400, "you must specify at least 1 command for the container");
        }
        serve(request, path, command);
    }

    void attach(HttpServerRequest request, List<String> path) {
        serve(request, path, List.of());
    }

    private void serve(HttpServerRequest request, List<String> path, List<String> command) {
        Pod pod = targets.pod(path, 4);
        String container = path.get(3);
        targets.verifyContainer(pod, container);
        var options = new StreamOptions(
                command,
                either(request, "input", "stdin"),
                either(request, "output", "stdout"),
                either(request, "error", "stderr"),
                LogEndpoint.flag(request, "tty"));
        if (!options.stdin() && !options.stdout() && !options.stderr()) {
            throw new RefusedException(400, "you must specify at least 1 of stdin, stdout, stderr");
        }
        Upgrades.require(request);
        if (Upgrades.isWebSocket(request)) {
            Upgrades.webSocket(request, WEB_SOCKET_PROTOCOLS)
                    .onSuccess(socket -> begin(socket, pod, container, options));
        } else {
            Upgrades.spdy(
                    request, SPDY_PROTOCOL, new SpdyProcess(options, output -> start(pod, container, options, output)));
        }
    }

    private static boolean either(HttpServerRequest request, String one, String other) {
        return LogEndpoint.flag(request, one) || LogEndpoint.flag(request, other);
    }

    private StreamSession start(Pod pod, String container, StreamOptions options, StreamOutput output) {
        return runtime.stream(targets.container(pod, container, false).id(), options, output);
    }

    private void begin(ServerWebSocket socket, Pod pod, String container, StreamOptions options) {
        var channels = new Channels(socket);
        var session = new AtomicReference<@Nullable StreamSession>();
        channels.serve(
                () -> {
                    try {
                        session.set(start(pod, container, options, new Output(channels)));
                    } catch (RuntimeException e) {
                        new Output(channels).ended(ProcessStatus.failure(String.valueOf(e.getMessage())));
                    }
                },
                (channel, data) -> {
                    StreamSession open = session.get();
                    if (open != null) {
                        pass(open, channel, data);
                    }
                },
                () -> {
                    StreamSession open = session.get();
                    if (open != null) {
                        open.close();
                    }
                });
    }

    private static void pass(StreamSession session, int channel, byte[] data) {
        switch (channel) {
            case STDIN -> session.stdin(data);
            case RESIZE -> ProcessStatus.resize(session, data);
            case CLOSE -> {
                if (data.length == 1 && data[0] == STDIN) {
                    session.stdinEnd();
                }
            }
            default -> {
                // Nothing else is a client's to send.
            }
        }
    }

    /** From the process to the socket. */
    private record Output(Channels channels) implements StreamOutput {
        @Override
        public void stdout(byte[] data) {
            if (data.length > 0) {
                channels.send(STDOUT, data);
            }
        }

        @Override
        public void stderr(byte[] data) {
            if (data.length > 0) {
                channels.send(STDERR, data);
            }
        }

        @Override
        public void ended(String status) {
            channels.send(END, status.getBytes(StandardCharsets.UTF_8));
            channels.close();
        }
    }
}
