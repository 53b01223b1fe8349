package io.kybern.apiserver.service;

import static io.kybern.crd.resource.Trees.flag;
import static io.kybern.crd.resource.Trees.number;
import static io.kybern.crd.resource.Trees.objects;
import static io.kybern.crd.resource.Trees.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.admission.ObjectReader;
import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.resource.GroupResource;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * Where the server reaches a service: one of its ready pods, since the server need not be on a node that carries service
 * addresses; the cluster address only if there is none.
 */
public final class ServiceAddresses {
    private static final GroupResource SERVICES = new GroupResource("", "services");
    private static final GroupResource SLICES = new GroupResource("discovery.k8s.io", "endpointslices");

    private final ObjectReader objects;
    private final RandomGenerator random;

    public ServiceAddresses(ObjectReader objects, RandomGenerator random) {
        this.objects = objects;
        this.random = random;
    }

    /** A service that leads nowhere; the message says why. */
    public static final class Unreachable extends Exception {
        private static final long serialVersionUID = 1;

        Unreachable(String message) {
            super(message, null, false, false);
        }
    }

    /** An address behind this port of a service; not resolved. */
    public InetSocketAddress find(String namespace, String name, int port) throws Unreachable {
        ObjectNode service = objects.get(SERVICES, namespace, name)
                .orElseThrow(() -> new Unreachable("service " + FieldErrors.quote(name) + " not found"));
        JsonNode spec = service.path("spec");
        if (text(spec, "type").equals("ExternalName")) {
            return InetSocketAddress.createUnresolved(text(spec, "externalName"), port);
        }
        ObjectNode servicePort = objects(spec.path("ports")).stream()
                .filter(p -> number(p, "port") == port)
                .findFirst()
                .orElseThrow(() ->
                        new Unreachable("no service port " + port + " found for service " + FieldErrors.quote(name)));
        Optional<InetSocketAddress> pod = pod(namespace, name, text(servicePort, "name"));
        if (pod.isPresent()) {
            return pod.get();
        }
        String clusterIp = text(spec, "clusterIP");
        if (clusterIp.isEmpty() || clusterIp.equals("None")) {
            throw new Unreachable("no endpoints available for service " + FieldErrors.quote(name));
        }
        return InetSocketAddress.createUnresolved(clusterIp, port);
    }

    private Optional<InetSocketAddress> pod(String namespace, String name, String portName) {
        List<InetSocketAddress> ready = new ArrayList<>();
        for (ObjectNode slice : objects.list(SLICES, namespace)) {
            if (!text(slice, "metadata", "labels", "kubernetes.io/service-name").equals(name)) {
                continue;
            }
            for (ObjectNode port : objects(slice.path("ports"))) {
                if (text(port, "name").equals(portName)) {
                    addReady(slice, (int) number(port, "port"), ready);
                }
            }
        }
        return ready.isEmpty() ? Optional.empty() : Optional.of(ready.get(random.nextInt(ready.size())));
    }

    private static void addReady(ObjectNode slice, int port, List<InetSocketAddress> ready) {
        for (ObjectNode endpoint : objects(slice.path("endpoints"))) {
            boolean isReady = !endpoint.path("conditions").has("ready") || flag(endpoint, "conditions", "ready");
            if (isReady && !endpoint.path("addresses").isEmpty()) {
                ready.add(InetSocketAddress.createUnresolved(
                        endpoint.path("addresses").get(0).asText(), port));
            }
        }
    }
}
