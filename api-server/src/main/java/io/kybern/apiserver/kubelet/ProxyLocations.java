package io.kybern.apiserver.kubelet;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.admission.ObjectReader;
import io.kybern.apiserver.error.ApiException;
import io.kybern.apiserver.error.Reason;
import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.net.IpAddress;
import io.kybern.crd.resource.GroupResource;
import io.kybern.crd.resource.Trees;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * Finds where proxies to pods, services and nodes lead. Addresses of this machine itself (loopback and link-local ones) are
 * refused. Source: {@code ResourceLocation} of {@code registry/core/pod}, {@code service} and {@code node}.
 */
final class ProxyLocations {
    private static final GroupResource PODS = new GroupResource("", "pods");
    private static final GroupResource SERVICES = new GroupResource("", "services");
    private static final GroupResource ENDPOINTS = new GroupResource("", "endpoints");
    private static final GroupResource NODES = new GroupResource("", "nodes");

    private final ObjectReader objects;
    private final RandomGenerator random;

    ProxyLocations(ObjectReader objects, RandomGenerator random) {
        this.objects = objects;
        this.random = random;
    }

    ProxyTarget of(String resource, String namespace, String name) {
        return switch (resource) {
            case "pods" -> pod(namespace, ProxyName.parse(name, "pod"));
            case "services" -> service(namespace, name, ProxyName.parse(name, "service"));
            case "nodes" -> node(ProxyName.parse(name, "node"));
            default -> throw ApiException.noSuchResource();
        };
    }

    private ProxyTarget pod(String namespace, ProxyName name) {
        ObjectNode pod = found(PODS, namespace, name.name());
        String address = Trees.text(pod.path("status").path("podIPs").path(0), "ip");
        if (!isGlobal(address)) {
            throw ApiException.badRequest("address not allowed");
        }
        Optional<Integer> port = name.port().isEmpty() ? firstPort(pod) : Optional.of(number(name.port()));
        return ProxyTarget.of(name, address, port);
    }

    private static Optional<Integer> firstPort(ObjectNode pod) {
        for (JsonNode container : pod.path("spec").path("containers")) {
            JsonNode first = container.path("ports").path(0);
            if (!first.isMissingNode()) {
                return Optional.of(first.path("containerPort").asInt());
            }
        }
        return Optional.empty();
    }

    /** A random one of the pods that serve the port, which is named as in the Endpoints. */
    private ProxyTarget service(String namespace, String asked, ProxyName name) {
        String port = portName(namespace, name);
        ObjectNode endpoints = objects.get(ENDPOINTS, namespace, name.name())
                .orElseThrow(() -> ApiException.notFound(SERVICES, name.name()));
        JsonNode subsets = endpoints.path("subsets");
        if (subsets.isEmpty()) {
            throw noEndpoints(name.name());
        }
        for (JsonNode subset : shuffled(subsets)) {
            for (JsonNode candidate : subset.path("ports")) {
                if (Trees.text(candidate, "name").equals(port)) {
                    for (JsonNode address : shuffled(subset.path("addresses"))) {
                        if (isOfPod(address, namespace)) {
                            int number = candidate.path("port").asInt();
                            return ProxyTarget.of(name, Trees.text(address, "ip"), Optional.of(number));
                        }
                    }
                }
            }
        }
        throw noEndpoints(asked);
    }

    private String portName(String namespace, ProxyName name) {
        Optional<Long> number = parse(name.port());
        if (number.isEmpty()) {
            return name.port();
        }
        for (JsonNode port :
                found(SERVICES, namespace, name.name()).path("spec").path("ports")) {
            if (port.path("port").asLong() == number.get()) {
                return Trees.text(port, "name");
            }
        }
        throw ApiException.of(
                Reason.SERVICE_UNAVAILABLE,
                "no service port " + number.get() + " found for service " + FieldErrors.quote(name.name()));
    }

    private List<JsonNode> shuffled(JsonNode list) {
        List<JsonNode> out = new ArrayList<>();
        list.forEach(out::add);
        Collections.shuffle(out, java.util.Random.from(random));
        return out;
    }

    /** Endpoints may name any address: only those lead on that a pod of the namespace really has. */
    private boolean isOfPod(JsonNode address, String namespace) {
        JsonNode reference = address.path("targetRef");
        if (!Trees.text(reference, "namespace").equals(namespace)) {
            return false;
        }
        return objects.get(PODS, namespace, Trees.text(reference, "name")).stream()
                .flatMap(pod -> pod.path("status").path("podIPs").valueStream())
                .anyMatch(ip -> Trees.text(ip, "ip").equals(Trees.text(address, "ip")));
    }

    private static ApiException noEndpoints(String name) {
        return ApiException.of(
                Reason.SERVICE_UNAVAILABLE, "no endpoints available for service " + FieldErrors.quote(name));
    }

    private ProxyTarget node(ProxyName name) {
        NodeAddress kubelet = NodeAddress.of(objects, name.name(), NODES);
        try {
            for (InetAddress address : InetAddress.getAllByName(kubelet.host())) {
                if (!isGlobal(address)) {
                    throw ApiException.badRequest("address not allowed");
                }
            }
        } catch (UnknownHostException e) {
            throw ApiException.badRequest("lookup " + kubelet.host() + ": no such host");
        }
        if (name.port().isEmpty() || name.port().equals(Integer.toString(kubelet.port()))) {
            return new ProxyTarget(true, kubelet.host(), Optional.of(kubelet.port()), true);
        }
        return ProxyTarget.of(name, kubelet.host(), Optional.of(number(name.port())));
    }

    private ObjectNode found(GroupResource resource, String namespace, String name) {
        return objects.get(resource, namespace, name).orElseThrow(() -> ApiException.notFound(resource, name));
    }

    private static Optional<Long> parse(String text) {
        try {
            return Optional.of(Long.valueOf(text));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    private static int number(String port) {
        return parse(port)
                .filter(number -> number > 0 && number < 65536)
                .orElseThrow(() -> ApiException.of(
                        Reason.SERVICE_UNAVAILABLE,
                        "error trying to reach service: dial tcp: address " + port + ": invalid port"))
                .intValue();
    }

    private static boolean isGlobal(String address) {
        Optional<IpAddress> parsed = IpAddress.parse(address);
        try {
            return parsed.isPresent()
                    && isGlobal(InetAddress.getByAddress(parsed.get().bytes()));
        } catch (UnknownHostException e) {
            throw new IllegalStateException("an address of a wrong length", e);
        }
    }

    private static boolean isGlobal(InetAddress address) {
        return !address.isLoopbackAddress()
                && !address.isAnyLocalAddress()
                && !address.isLinkLocalAddress()
                && !address.isMulticastAddress();
    }
}
