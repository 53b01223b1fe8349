package io.kybern.operators.controller.endpointslicemirroring;

import io.fabric8.kubernetes.api.model.EndpointAddress;
import io.fabric8.kubernetes.api.model.EndpointSubset;
import io.fabric8.kubernetes.api.model.Endpoints;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.discovery.v1.Endpoint;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointBuilder;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointPort;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointPortBuilder;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSliceBuilder;
import io.kybern.operators.controller.Owners;
import io.kybern.operators.controller.endpointslice.OwnSlices;
import io.kybern.operators.controller.endpointslice.SliceChange;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Which slices mirror an Endpoints object. Pure. Source: {@code pkg/controller/endpointslicemirroring}. */
final class MirrorPlan {
    static final String MANAGER = "endpointslicemirroring-controller.k8s.io";
    private static final String SKIP = "endpointslice.kubernetes.io/skip-mirror";
    private static final String LEADER = "control-plane.alpha.kubernetes.io/leader";
    private static final List<String> UNMIRRORED = List.of(
            "kubectl.kubernetes.io/last-applied-configuration", "endpoints.kubernetes.io/last-change-trigger-time");
    private static final int MAX_ADDRESSES = 1000;

    private MirrorPlan() {}

    private record Group(String addressType, List<EndpointPort> ports) {}

    /** Whether the Endpoints are somebody's own: those of Services with a selector have slices already. */
    static boolean isMirrored(Endpoints endpoints, @Nullable Service service) {
        boolean selects = service == null
                || service.getSpec().getSelector() != null
                        && !service.getSpec().getSelector().isEmpty();
        return !selects
                && !"true".equals(orNone(endpoints.getMetadata().getLabels()).get(SKIP))
                && !orNone(endpoints.getMetadata().getAnnotations()).containsKey(LEADER);
    }

    static List<SliceChange> plan(Endpoints endpoints, List<EndpointSlice> existing) {
        Map<Group, List<Endpoint>> wanted = new LinkedHashMap<>();
        for (EndpointSubset subset : endpoints.getSubsets()) {
            List<EndpointPort> ports = ports(subset);
            int taken = 0;
            for (EndpointAddress address : subset.getAddresses()) {
                if (taken++ < MAX_ADDRESSES) {
                    add(wanted, ports, address, true);
                }
            }
            for (EndpointAddress address : subset.getNotReadyAddresses()) {
                if (taken++ < MAX_ADDRESSES) {
                    add(wanted, ports, address, false);
                }
            }
        }
        List<SliceChange> actions = new ArrayList<>();
        for (EndpointSlice slice : existing) {
            List<Endpoint> group = wanted.remove(new Group(slice.getAddressType(), slice.getPorts()));
            if (group == null) {
                actions.add(new SliceChange.Delete(slice));
                continue;
            }
            EndpointSlice updated = new EndpointSliceBuilder(slice)
                    .editMetadata()
                    .withLabels(labels(endpoints))
                    .withAnnotations(annotations(endpoints))
                    .endMetadata()
                    .withEndpoints(group)
                    .build();
            if (!same(updated, slice)) {
                actions.add(new SliceChange.Update(updated));
            }
        }
        wanted.forEach((group, members) -> actions.add(new SliceChange.Create(slice(endpoints, group, members))));
        return actions;
    }

    private static boolean same(EndpointSlice one, EndpointSlice other) {
        return one.getEndpoints().equals(other.getEndpoints())
                && one.getMetadata()
                        .getLabels()
                        .equals(orNone(other.getMetadata().getLabels()))
                && orNone(one.getMetadata().getAnnotations())
                        .equals(orNone(other.getMetadata().getAnnotations()));
    }

    private static void add(
            Map<Group, List<Endpoint>> wanted, List<EndpointPort> ports, EndpointAddress address, boolean ready) {
        String type = address.getIp().indexOf(':') >= 0 ? "IPv6" : "IPv4";
        wanted.computeIfAbsent(new Group(type, ports), g -> new ArrayList<>())
                .add(new EndpointBuilder()
                        .withAddresses(address.getIp())
                        .withNewConditions()
                        .withReady(ready)
                        .endConditions()
                        .withHostname(address.getHostname())
                        .withNodeName(address.getNodeName())
                        .withTargetRef(address.getTargetRef())
                        .build());
    }

    private static List<EndpointPort> ports(EndpointSubset subset) {
        List<EndpointPort> ports = new ArrayList<>();
        subset.getPorts()
                .forEach(port -> ports.add(new EndpointPortBuilder()
                        .withName(port.getName() == null ? "" : port.getName())
                        .withPort(port.getPort())
                        .withProtocol(port.getProtocol())
                        .withAppProtocol(port.getAppProtocol())
                        .build()));
        return ports;
    }

    private static EndpointSlice slice(Endpoints endpoints, Group group, List<Endpoint> members) {
        return new EndpointSliceBuilder()
                .withNewMetadata()
                .withGenerateName(endpoints.getMetadata().getName() + "-")
                .withNamespace(endpoints.getMetadata().getNamespace())
                .withLabels(labels(endpoints))
                .withAnnotations(annotations(endpoints))
                .withOwnerReferences(Owners.controllerReference(endpoints))
                .endMetadata()
                .withAddressType(group.addressType())
                .withPorts(group.ports())
                .withEndpoints(members)
                .build();
    }

    private static Map<String, String> labels(Endpoints endpoints) {
        Map<String, String> labels =
                new HashMap<>(orNone(endpoints.getMetadata().getLabels()));
        labels.put(OwnSlices.SERVICE, endpoints.getMetadata().getName());
        labels.put(OwnSlices.MANAGED_BY, MANAGER);
        return labels;
    }

    private static Map<String, String> annotations(Endpoints endpoints) {
        Map<String, String> annotations =
                new HashMap<>(orNone(endpoints.getMetadata().getAnnotations()));
        UNMIRRORED.forEach(annotations::remove);
        return annotations;
    }

    private static Map<String, String> orNone(@Nullable Map<String, String> map) {
        return map == null ? Map.of() : map;
    }
}
