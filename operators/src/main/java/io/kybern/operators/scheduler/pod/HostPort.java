package io.kybern.operators.scheduler.pod;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.PodSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A port of the node's own address that a pod takes.
 *
 * @param ip {@code 0.0.0.0} for all addresses of the node
 */
public record HostPort(String ip, String protocol, int port) {
    private static final String ANY = "0.0.0.0";

    /** Two pods can't have both on one node. */
    public boolean conflictsWith(HostPort other) {
        return port == other.port
                && protocol.equals(other.protocol)
                && (ip.equals(other.ip) || ip.equals(ANY) || other.ip.equals(ANY));
    }

    /** Those of containers and of sidecars; other init containers are gone when the pod runs. */
    static List<HostPort> of(PodSpec spec) {
        var ports = new ArrayList<HostPort>(0);
        Stream<Container> sidecars =
                spec.getInitContainers().stream().filter(container -> "Always".equals(container.getRestartPolicy()));
        Stream.concat(spec.getContainers().stream(), sidecars).forEach(container -> {
            for (ContainerPort port : container.getPorts()) {
                if (port.getHostPort() != null && port.getHostPort() > 0) {
                    ports.add(new HostPort(
                            port.getHostIP() == null || port.getHostIP().isEmpty() ? ANY : port.getHostIP(),
                            port.getProtocol() == null ? "TCP" : port.getProtocol(),
                            port.getHostPort()));
                }
            }
        });
        return List.copyOf(ports);
    }
}
