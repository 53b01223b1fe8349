package io.kybern.operators.controller.endpointslice;

import io.fabric8.kubernetes.api.model.EndpointAddress;
import io.fabric8.kubernetes.api.model.EndpointAddressBuilder;
import io.fabric8.kubernetes.api.model.EndpointPort;
import io.fabric8.kubernetes.api.model.EndpointPortBuilder;
import io.fabric8.kubernetes.api.model.EndpointSubset;
import io.fabric8.kubernetes.api.model.EndpointSubsetBuilder;
import io.fabric8.kubernetes.api.model.Endpoints;
import io.fabric8.kubernetes.api.model.EndpointsBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import io.kybern.operators.controller.PodState;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The Endpoints object of a Service, from before there were slices: one object for all endpoints, of the first address
 * family alone, cut off at 1,000. Pure.
 */
final class EndpointsPlan {
    static final String MANAGED_BY = "endpoints.kubernetes.io/managed-by";
    private static final String MANAGER = "endpoint-controller";
    private static final String HEADLESS = "service.kubernetes.io/headless";
    private static final String OVER_CAPACITY = "endpoints.kubernetes.io/over-capacity";
    private static final int MAX_ADDRESSES = 1000;
    private static final Comparator<EndpointAddress> BY_IP = Comparator.comparing(EndpointAddress::getIp)
            .thenComparing(address -> address.getTargetRef().getName());

    /** Addresses of pods that have the same ports. */
    private static final class Group {
        final List<EndpointPort> ports;
        final List<EndpointAddress> ready = new ArrayList<>();
        final List<EndpointAddress> notReady = new ArrayList<>();

        Group(List<EndpointPort> ports) {
            this.ports = ports;
        }
    }

    private EndpointsPlan() {}

    /** What should be there, given what is there; equal to that when it is right. */
    static Endpoints plan(Service service, List<Pod> pods, Optional<Endpoints> existing) {
        boolean all = Boolean.TRUE.equals(service.getSpec().getPublishNotReadyAddresses());
        Map<String, Group> groups = new TreeMap<>();
        int room = MAX_ADDRESSES;
        boolean truncated = false;
        for (Pod pod : readyFirst(pods)) {
            if (!PodEndpoint.isEndpoint(pod) || (PodState.isDeleting(pod) && !all)) {
                continue;
            }
            Optional<EndpointAddress> address = address(service, pod);
            List<EndpointPort> ports = ports(service, pod);
            boolean portless = service.getSpec().getPorts().isEmpty();
            if (address.isEmpty() || (ports.isEmpty() && !portless)) {
                continue;
            }
            if (room == 0) {
                truncated = true;
                break;
            }
            room--;
            Group group = groups.computeIfAbsent(ports.toString(), key -> new Group(ports));
            (all || PodState.isReady(pod) ? group.ready : group.notReady).add(address.get());
        }
        return endpoints(service, groups, truncated, existing);
    }

    private static List<Pod> readyFirst(List<Pod> pods) {
        return pods.stream()
                .sorted(Comparator.comparing(pod -> !PodState.isReady(pod)))
                .toList();
    }

    private static Optional<EndpointAddress> address(Service service, Pod pod) {
        List<String> families = service.getSpec().getIpFamilies();
        boolean wantsV6 =
                families != null && !families.isEmpty() && families.getFirst().equals("IPv6");
        return PodEndpoint.ips(pod).stream()
                .filter(ip -> (ip.indexOf(':') >= 0) == wantsV6)
                .findFirst()
                .map(ip -> {
                    var address = new EndpointAddressBuilder()
                            .withIp(ip)
                            .withNewTargetRef()
                            .withKind("Pod")
                            .withNamespace(pod.getMetadata().getNamespace())
                            .withName(pod.getMetadata().getName())
                            .withUid(pod.getMetadata().getUid())
                            .endTargetRef();
                    if (!PodState.nodeName(pod).isEmpty()) {
                        address.withNodeName(PodState.nodeName(pod));
                    }
                    if (PodEndpoint.hasHostname(service, pod)) {
                        address.withHostname(pod.getSpec().getHostname());
                    }
                    return address.build();
                });
    }

    private static List<EndpointPort> ports(Service service, Pod pod) {
        return PodEndpoint.ports(service, pod).stream()
                .map(port -> new EndpointPortBuilder()
                        .withName(port.getName().isEmpty() ? null : port.getName())
                        .withPort(port.getPort())
                        .withProtocol(port.getProtocol())
                        .withAppProtocol(port.getAppProtocol())
                        .build())
                .toList();
    }

    private static Endpoints endpoints(
            Service service, Map<String, Group> groups, boolean truncated, Optional<Endpoints> existing) {
        List<EndpointSubset> subsets = groups.values().stream()
                .map(group -> new EndpointSubsetBuilder()
                        .withAddresses(group.ready.stream().sorted(BY_IP).toList())
                        .withNotReadyAddresses(
                                group.notReady.stream().sorted(BY_IP).toList())
                        .withPorts(group.ports)
                        .build())
                .toList();
        Map<String, String> labels = new HashMap<>(
                Optional.ofNullable(service.getMetadata().getLabels()).orElse(Map.of()));
        labels.remove(HEADLESS);
        String ip = service.getSpec().getClusterIP();
        if (ip == null || ip.isEmpty() || ip.equals("None")) {
            labels.put(HEADLESS, "");
        }
        labels.put(MANAGED_BY, MANAGER);
        var endpoints = existing.map(EndpointsBuilder::new)
                .orElseGet(() -> new EndpointsBuilder()
                        .withNewMetadata()
                        .withName(service.getMetadata().getName())
                        .withNamespace(service.getMetadata().getNamespace())
                        .endMetadata());
        endpoints
                .editMetadata()
                .withLabels(labels)
                .removeFromAnnotations(OVER_CAPACITY)
                .endMetadata();
        if (truncated) {
            endpoints
                    .editMetadata()
                    .addToAnnotations(OVER_CAPACITY, "truncated")
                    .endMetadata();
        }
        return endpoints.withSubsets(subsets).build();
    }
}
