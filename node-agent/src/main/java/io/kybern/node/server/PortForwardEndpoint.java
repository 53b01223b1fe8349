package io.kybern.node.server;

import io.fabric8.kubernetes.api.model.Pod;
import io.kybern.node.pod.PodContainers;
import io.kybern.node.runtime.ContainerRuntime;
import io.kybern.node.runtime.ContainerRuntime.PortConnection;
import io.kybern.node.runtime.ContainerRuntime.PortOutput;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.ServerWebSocket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * {@code /portForward/NAMESPACE/POD}: SPDY, or SPDY within a WebSocket, whose streams name their ports; or a WebSocket of
 * channels for the ports of its query.
 */
final class PortForwardEndpoint {
    /** Binary messages that are the bytes of a SPDY connection. */
    static final String TUNNEL = "SPDY/3.1+portforward.k8s.io";

    private static final String SPDY_PROTOCOL = "portforward.k8s.io";
    private static final String CHANNELS = "v4.channel.k8s.io";

    private final Targets targets;
    private final ContainerRuntime runtime;

    PortForwardEndpoint(Targets targets, ContainerRuntime runtime) {
        this.targets = targets;
        this.runtime = runtime;
    }

    void handle(HttpServerRequest request, List<String> path) {
        Pod pod = targets.pod(path, 3);
        Upgrades.require(request);
        if (!Upgrades.isWebSocket(request)) {
            Upgrades.spdy(request, SPDY_PROTOCOL, ports(pod));
            return;
        }
        boolean tunnel =
                String.valueOf(request.getHeader("Sec-WebSocket-Protocol")).contains(TUNNEL);
        List<Integer> ports = tunnel ? List.of() : ports(request);
        Upgrades.webSocket(request, List.of(TUNNEL, CHANNELS)).onSuccess(socket -> {
            if (tunnel) {
                Upgrades.tunnel(socket, ports(pod));
            } else {
                begin(socket, pod, ports);
            }
        });
    }

    private SpdyPorts ports(Pod pod) {
        String described =
                pod.getMetadata().getNamespace() + "/" + pod.getMetadata().getName();
        return new SpdyPorts(described, (port, output) -> runtime.connect(PodContainers.identity(pod), port, output));
    }

    private static List<Integer> ports(HttpServerRequest request) {
        try {
            List<Integer> ports = request.params().getAll("port").stream()
                    .map(Integer::valueOf)
                    .toList();
            if (ports.isEmpty() || ports.stream().anyMatch(port -> port < 1 || port > 65535)) {
                throw new RefusedException(400, "query parameter \"port\" is required, from 1 to 65535");
            }
            return ports;
        } catch (NumberFormatException e) {
            throw new RefusedException(400, "unable to parse port: " + e.getMessage());
        }
    }

    private void begin(ServerWebSocket socket, Pod pod, List<Integer> ports) {
        var channels = new Channels(socket);
        Map<Integer, PortConnection> connections = new ConcurrentHashMap<>();
        channels.serve(
                () -> {
                    for (int i = 0; i < ports.size(); i++) {
                        connect(channels, pod, ports.get(i), 2 * i, connections);
                    }
                },
                (channel, data) -> {
                    PortConnection connection = connections.get(channel);
                    if (connection != null) {
                        connection.send(data);
                    }
                },
                () -> connections.values().forEach(PortConnection::close));
    }

    private void connect(Channels channels, Pod pod, int port, int channel, Map<Integer, PortConnection> connections) {
        byte[] number = {(byte) port, (byte) (port >> 8)};
        channels.send(channel, number);
        channels.send(channel + 1, number);
        try {
            connections.put(
                    channel,
                    runtime.connect(PodContainers.identity(pod), port, new Output(channels, channel, connections)));
        } catch (RuntimeException e) {
            channels.send(channel + 1, String.valueOf(e.getMessage()).getBytes(StandardCharsets.UTF_8));
            channels.close();
        }
    }

    private record Output(Channels channels, int channel, Map<Integer, PortConnection> connections)
            implements PortOutput {
        @Override
        public void data(byte[] data) {
            channels.send(channel, data);
        }

        @Override
        public void closed(String error) {
            if (!error.isEmpty()) {
                channels.send(channel + 1, error.getBytes(StandardCharsets.UTF_8));
            }
            connections.remove(channel);
            if (connections.isEmpty()) {
                channels.close();
            }
        }
    }
}
