package io.kybern.operators.controller.endpointslice;

import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.ObjectReference;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.discovery.v1.Endpoint;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointPort;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSliceBuilder;
import io.kybern.operators.controller.Owners;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Which EndpointSlices a Service needs. Pure. Slices hold endpoints of one address type and one set of ports. Changing
 * few slices matters more than filling them well, as each change goes to every node: endpoints stay where they are, new
 * ones fill slices that change anyway, then one slice that has room for all of them, then new slices.
 */
final class EndpointSlicePlan {
    static final String MANAGER = "endpointslice-controller.k8s.io";
    private static final String HEADLESS = "service.kubernetes.io/headless";
    private static final Set<String> RESERVED = Set.of(OwnSlices.SERVICE, OwnSlices.MANAGED_BY, HEADLESS);
    private static final int MAX_GENERATE_NAME = 247;

    /**
     * @param actions what to do
     * @param incomplete pods were left out as their node is not known yet
     */
    record Plan(List<SliceChange> actions, boolean incomplete) {}

    /** What makes two endpoints the same one, however its conditions change. */
    private record Identity(Set<String> addresses, String hostname, String namespace, String name) {
        static Identity of(Endpoint endpoint) {
            ObjectReference target = endpoint.getTargetRef();
            return new Identity(
                    Set.copyOf(endpoint.getAddresses()),
                    orEmpty(endpoint.getHostname()),
                    target == null ? "" : orEmpty(target.getNamespace()),
                    target == null ? "" : orEmpty(target.getName()));
        }

        private static String orEmpty(@Nullable String text) {
            return text == null ? "" : text;
        }
    }

    /** Pods that have the same ports. */
    private record Group(List<EndpointPort> ports, Map<Identity, Endpoint> endpoints) {}

    private final Service service;
    private final Function<String, Optional<Node>> nodes;
    private final int maxEndpoints;
    private final List<SliceChange> actions = new ArrayList<>();
    private boolean incomplete;

    private EndpointSlicePlan(Service service, Function<String, Optional<Node>> nodes, int maxEndpoints) {
        this.service = service;
        this.nodes = nodes;
        this.maxEndpoints = maxEndpoints;
    }

    /**
     * @param pods those that the Service selects
     * @param existing the slices that this controller manages for a Service of this name
     * @param nodes looks a node up
     */
    static Plan plan(
            Service service,
            List<Pod> pods,
            List<EndpointSlice> existing,
            Function<String, Optional<Node>> nodes,
            int maxEndpoints) {
        var plan = new EndpointSlicePlan(service, nodes, maxEndpoints);
        Set<String> types = addressTypes(service);
        for (EndpointSlice slice : existing) {
            if (!types.contains(slice.getAddressType())) {
                plan.actions.add(new SliceChange.Delete(slice));
            }
        }
        for (String type : types) {
            plan.addressType(
                    type,
                    pods,
                    existing.stream()
                            .filter(slice -> type.equals(slice.getAddressType()))
                            .toList());
        }
        return new Plan(plan.actions, plan.incomplete);
    }

    private static Set<String> addressTypes(Service service) {
        List<String> families = service.getSpec().getIpFamilies();
        if (families != null && !families.isEmpty()) {
            return Set.copyOf(families);
        }
        String ip = service.getSpec().getClusterIP();
        if (ip == null || ip.isEmpty() || ip.equals("None")) {
            return Set.of("IPv4", "IPv6");
        }
        return Set.of(ip.indexOf(':') >= 0 ? "IPv6" : "IPv4");
    }

    /** Null on the wire where there are none. */
    private static List<EndpointPort> ports(EndpointSlice slice) {
        List<EndpointPort> ports = slice.getPorts();
        return ports == null ? List.of() : ports;
    }

    private static List<Endpoint> endpoints(EndpointSlice slice) {
        List<Endpoint> endpoints = slice.getEndpoints();
        return endpoints == null ? List.of() : endpoints;
    }

    private void addressType(String type, List<Pod> pods, List<EndpointSlice> existing) {
        Map<Set<EndpointPort>, Group> desired = desired(type, pods);
        Map<Set<EndpointPort>, List<EndpointSlice>> slices = new HashMap<>();
        List<EndpointSlice> unwanted = new ArrayList<>();
        for (EndpointSlice slice : existing) {
            if (!Owners.isControlledBy(slice, service)) {
                unwanted.add(slice);
            } else {
                slices.computeIfAbsent(new HashSet<>(ports(slice)), ports -> new ArrayList<>())
                        .add(slice);
            }
        }
        int before = actions.size();
        desired.forEach((ports, group) -> fill(type, group, slices.getOrDefault(ports, List.of())));
        slices.forEach((ports, obsolete) -> {
            if (!desired.containsKey(ports)) {
                unwanted.addAll(obsolete);
            }
        });
        unwanted.forEach(slice -> actions.add(new SliceChange.Delete(slice)));
        ensureOne(type, existing, before);
    }

    /** A Service without endpoints has an empty slice, which tells that somebody looked. */
    private void ensureOne(String type, List<EndpointSlice> existing, int before) {
        List<SliceChange> mine = actions.subList(before, actions.size());
        long deletions = mine.stream()
                .filter(action -> action instanceof SliceChange.Delete)
                .count();
        boolean creates = mine.stream().anyMatch(action -> action instanceof SliceChange.Create);
        if (deletions < existing.size() || creates) {
            return;
        }
        EndpointSlice placeholder = newSlice(type, List.of());
        if (mine.size() == 1
                && mine.getFirst() instanceof SliceChange.Delete(EndpointSlice only)
                && endpoints(only).isEmpty()
                && ports(only).isEmpty()
                && Owners.isControlledBy(only, service)
                && labels().equals(only.getMetadata().getLabels())) {
            mine.clear();
        } else {
            actions.add(new SliceChange.Create(placeholder));
        }
    }

    private Map<Set<EndpointPort>, Group> desired(String type, List<Pod> pods) {
        Map<Set<EndpointPort>, Group> groups = new LinkedHashMap<>();
        for (Pod pod : pods) {
            if (!PodEndpoint.isEndpoint(pod)) {
                continue;
            }
            List<EndpointPort> ports = PodEndpoint.ports(service, pod);
            Group group = groups.computeIfAbsent(new HashSet<>(ports), key -> new Group(ports, new LinkedHashMap<>()));
            Optional<Node> node =
                    Optional.ofNullable(pod.getSpec().getNodeName()).flatMap(nodes);
            if (node.isEmpty() && !Boolean.TRUE.equals(service.getSpec().getPublishNotReadyAddresses())) {
                incomplete = true;
                continue;
            }
            PodEndpoint.of(service, pod, node, type)
                    .ifPresent(endpoint -> group.endpoints().put(Identity.of(endpoint), endpoint));
        }
        return groups;
    }

    private void fill(String type, Group group, List<EndpointSlice> existing) {
        Map<Identity, Endpoint> missing = new LinkedHashMap<>(group.endpoints());
        List<EndpointSlice> changed = new ArrayList<>();
        List<EndpointSlice> unchanged = new ArrayList<>();
        for (EndpointSlice slice : existing) {
            List<Endpoint> kept = new ArrayList<>();
            for (Endpoint endpoint : endpoints(slice)) {
                Endpoint wanted = missing.remove(Identity.of(endpoint));
                if (wanted != null) {
                    kept.add(wanted);
                }
            }
            if (!kept.equals(endpoints(slice))) {
                if (kept.isEmpty()) {
                    actions.add(new SliceChange.Delete(slice));
                } else {
                    changed.add(with(slice, kept));
                }
            } else if (!labels().equals(slice.getMetadata().getLabels())) {
                changed.add(with(slice, kept));
            } else {
                unchanged.add(slice);
            }
        }
        place(type, group.ports(), new ArrayList<>(missing.values()), changed, unchanged);
    }

    private void place(
            String type,
            List<EndpointPort> ports,
            List<Endpoint> missing,
            List<EndpointSlice> changed,
            List<EndpointSlice> unchanged) {
        Comparator<EndpointSlice> fullestFirst =
                Comparator.comparingInt(slice -> -endpoints(slice).size());
        changed.sort(fullestFirst);
        for (EndpointSlice slice : changed) {
            actions.add(new SliceChange.Update(with(slice, topUp(endpoints(slice), missing))));
        }
        while (!missing.isEmpty()) {
            Optional<EndpointSlice> room = unchanged.stream()
                    .filter(slice -> endpoints(slice).size() + missing.size() <= maxEndpoints)
                    .min(fullestFirst);
            if (room.isPresent()) {
                unchanged.remove(room.get());
                actions.add(new SliceChange.Update(with(room.get(), topUp(endpoints(room.get()), missing))));
            } else {
                actions.add(new SliceChange.Create(new EndpointSliceBuilder(newSlice(type, ports))
                        .withEndpoints(topUp(List.of(), missing))
                        .build()));
            }
        }
    }

    /** Takes from {@code missing} what still fits. */
    private List<Endpoint> topUp(List<Endpoint> endpoints, List<Endpoint> missing) {
        List<Endpoint> full = new ArrayList<>(endpoints);
        List<Endpoint> taken = missing.subList(0, Math.max(0, Math.min(missing.size(), maxEndpoints - full.size())));
        full.addAll(taken);
        taken.clear();
        return full;
    }

    private EndpointSlice with(EndpointSlice slice, List<Endpoint> endpoints) {
        return new EndpointSliceBuilder(slice)
                .editMetadata()
                .withLabels(labels())
                .endMetadata()
                .withEndpoints(endpoints)
                .build();
    }

    private EndpointSlice newSlice(String type, List<EndpointPort> ports) {
        String prefix = service.getMetadata().getName() + '-';
        return new EndpointSliceBuilder()
                .withNewMetadata()
                .withGenerateName(
                        prefix.length() > MAX_GENERATE_NAME
                                ? service.getMetadata().getName()
                                : prefix)
                .withNamespace(service.getMetadata().getNamespace())
                .withLabels(labels())
                .withOwnerReferences(Owners.controllerReference(service))
                .endMetadata()
                .withAddressType(type)
                .withPorts(ports)
                .build();
    }

    private Map<String, String> labels() {
        Map<String, String> labels = new HashMap<>();
        Map<String, String> own = service.getMetadata().getLabels();
        if (own != null) {
            own.forEach((key, value) -> {
                if (!RESERVED.contains(key)) {
                    labels.put(key, value);
                }
            });
        }
        String ip = service.getSpec().getClusterIP();
        if (ip == null || ip.isEmpty() || ip.equals("None")) {
            labels.put(HEADLESS, "");
        }
        labels.put(OwnSlices.SERVICE, service.getMetadata().getName());
        labels.put(OwnSlices.MANAGED_BY, MANAGER);
        return labels;
    }
}
