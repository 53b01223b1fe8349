package io.kybern.operators.controller.endpointslice;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodIP;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServicePort;
import io.fabric8.kubernetes.api.model.discovery.v1.Endpoint;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointBuilder;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointPort;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointPortBuilder;
import io.kybern.operators.controller.PodState;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;

/** A pod as an endpoint of a Service. Pure. */
final class PodEndpoint {
    private static final String ZONE = "topology.kubernetes.io/zone";

    private PodEndpoint() {}

    /** Whether the pod can be reached, or could be a moment ago. */
    static boolean isEndpoint(Pod pod) {
        return !PodState.isTerminal(pod) && !ips(pod).isEmpty();
    }

    static List<String> ips(Pod pod) {
        if (pod.getStatus() == null) {
            return List.of();
        }
        List<String> ips =
                pod.getStatus().getPodIPs().stream().map(PodIP::getIp).toList();
        if (!ips.isEmpty()
                || pod.getStatus().getPodIP() == null
                || pod.getStatus().getPodIP().isEmpty()) {
            return ips;
        }
        return List.of(pod.getStatus().getPodIP());
    }

    private static String family(String ip) {
        return ip.indexOf(':') >= 0 ? "IPv6" : "IPv4";
    }

    /** Empty if the pod has no address of the type. */
    static Optional<Endpoint> of(Service service, Pod pod, Optional<Node> node, String addressType) {
        List<String> addresses =
                ips(pod).stream().filter(ip -> family(ip).equals(addressType)).toList();
        if (addresses.isEmpty()) {
            return Optional.empty();
        }
        boolean serving = PodState.isReady(pod);
        boolean terminating = PodState.isDeleting(pod);
        boolean ready =
                Boolean.TRUE.equals(service.getSpec().getPublishNotReadyAddresses()) || (serving && !terminating);
        var endpoint = new EndpointBuilder()
                .withAddresses(addresses)
                .withNewConditions(ready, serving, terminating)
                .withNewTargetRef()
                .withKind("Pod")
                .withNamespace(pod.getMetadata().getNamespace())
                .withName(pod.getMetadata().getName())
                .withUid(pod.getMetadata().getUid())
                .endTargetRef();
        String nodeName = PodState.nodeName(pod);
        if (!nodeName.isEmpty()) {
            endpoint.withNodeName(nodeName);
        }
        Optional<String> zone = node.map(Node::getMetadata)
                .map(metadata -> metadata.getLabels())
                .map(labels -> labels.get(ZONE))
                .filter(name -> !name.isEmpty());
        zone.ifPresent(endpoint::withZone);
        if (hasHostname(service, pod)) {
            endpoint.withHostname(pod.getSpec().getHostname());
        }
        if (ready) {
            hint(service, endpoint, zone, nodeName);
        }
        return Optional.of(endpoint.build());
    }

    static boolean hasHostname(Service service, Pod pod) {
        String hostname = pod.getSpec().getHostname();
        return hostname != null
                && !hostname.isEmpty()
                && service.getMetadata().getName().equals(pod.getSpec().getSubdomain());
    }

    /** {@code spec.trafficDistribution}: near clients are told which endpoints are theirs. */
    private static void hint(Service service, EndpointBuilder endpoint, Optional<String> zone, String nodeName) {
        String distribution = service.getSpec().getTrafficDistribution();
        boolean sameNode = "PreferSameNode".equals(distribution);
        if (!sameNode && !"PreferClose".equals(distribution) && !"PreferSameZone".equals(distribution)) {
            return;
        }
        boolean node = sameNode && !nodeName.isEmpty();
        if (zone.isEmpty() && !node) {
            return;
        }
        endpoint.withNewHints().endHints();
        zone.ifPresent(name -> endpoint.editHints().addNewForZone(name).endHints());
        if (node) {
            endpoint.editHints().addNewForNode(nodeName).endHints();
        }
    }

    /** The Service's ports as this pod has them: named ones may differ from pod to pod, or be missing. */
    static List<EndpointPort> ports(Service service, Pod pod) {
        List<EndpointPort> ports = new ArrayList<>();
        for (ServicePort port : service.getSpec().getPorts()) {
            port(pod, port)
                    .ifPresent(number -> ports.add(new EndpointPortBuilder()
                            .withName(Objects.requireNonNullElse(port.getName(), ""))
                            .withPort(number)
                            .withProtocol(Objects.requireNonNullElse(port.getProtocol(), "TCP"))
                            .withAppProtocol(port.getAppProtocol())
                            .build()));
        }
        return ports;
    }

    private static OptionalInt port(Pod pod, ServicePort port) {
        if (port.getTargetPort() == null) {
            return OptionalInt.of(port.getPort());
        }
        String name = port.getTargetPort().getStrVal();
        if (name == null) {
            Integer number = port.getTargetPort().getIntVal();
            return number == null ? OptionalInt.empty() : OptionalInt.of(number);
        }
        String protocol = Objects.requireNonNullElse(port.getProtocol(), "TCP");
        return Stream.concat(
                        pod.getSpec().getContainers().stream(),
                        pod.getSpec().getInitContainers().stream().filter(PodEndpoint::isSidecar))
                .flatMap(container -> container.getPorts().stream())
                .filter(candidate -> name.equals(candidate.getName())
                        && protocol.equals(Objects.requireNonNullElse(candidate.getProtocol(), "TCP")))
                .mapToInt(ContainerPort::getContainerPort)
                .findFirst();
    }

    private static boolean isSidecar(Container container) {
        return "Always".equals(container.getRestartPolicy());
    }

    /** Whether an update of a pod can change endpoints. */
    static boolean changed(Pod before, Pod after) {
        return PodState.isDeleting(before) != PodState.isDeleting(after)
                || PodState.isReady(before) != PodState.isReady(after)
                || PodState.isTerminal(before) != PodState.isTerminal(after)
                || !ips(before).equals(ips(after))
                || !PodState.nodeName(before).equals(PodState.nodeName(after))
                || !orEmpty(before.getMetadata().getLabels())
                        .equals(orEmpty(after.getMetadata().getLabels()));
    }

    private static Map<String, String> orEmpty(Map<String, String> labels) {
        return labels == null ? Map.of() : labels;
    }
}
