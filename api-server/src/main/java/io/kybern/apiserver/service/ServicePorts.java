package io.kybern.apiserver.service;

import static io.kybern.apiserver.service.ServiceShape.isType;
import static io.kybern.apiserver.service.ServiceShape.needsHealthCheck;
import static io.kybern.apiserver.service.ServiceShape.needsNodePort;
import static io.kybern.apiserver.service.ServiceShape.spec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.error.ApiException;
import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.field.FieldPath;
import io.kybern.crd.resource.Trees;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The node ports of one Service: those of its ports, and that of its health check. */
final class ServicePorts {
    private ServicePorts() {}

    /** All that it holds. */
    static List<Integer> of(ObjectNode service) {
        List<Integer> ports = ServiceShape.nodePorts(service);
        int healthCheck = ServiceShape.healthCheckNodePort(service);
        if (needsHealthCheck(service) && healthCheck > 0) {
            ports.add(healthCheck);
        }
        return ports;
    }

    /** Fills in what a new Service gets. */
    static void create(ObjectNode service, PortOperation operation) {
        if (needsNodePort(service)) {
            initNodePorts(service, operation);
        }
        if (needsHealthCheck(service)) {
            allocateHealthCheck(service, operation);
        }
    }

    /** Keeps what both need, takes and releases the difference. */
    static void update(ObjectNode updated, ObjectNode existing, PortOperation operation) {
        if (needsNodePort(existing) && !needsNodePort(updated)) {
            ServiceShape.nodePorts(existing).forEach(operation::releaseLater);
        }
        if (needsNodePort(updated)) {
            updateNodePorts(updated, existing, operation);
        }
        if (needsHealthCheck(updated) && !needsHealthCheck(existing)) {
            allocateHealthCheck(updated, operation);
        } else if (needsHealthCheck(existing) && !needsHealthCheck(updated)) {
            operation.releaseLater(ServiceShape.healthCheckNodePort(existing));
        }
    }

    /** Values that the client left out although the Service still has them. */
    static void carryOver(ObjectNode updated, ObjectNode existing) {
        ObjectNode spec = spec(updated);
        JsonNode old = existing.path("spec");
        if (needsNodePort(existing) && needsNodePort(updated)) {
            Set<Integer> used = new HashSet<>(ServiceShape.nodePorts(existing));
            used.retainAll(ServiceShape.nodePorts(updated));
            Map<String, Integer> byName = new HashMap<>();
            old.path("ports")
                    .forEach(p ->
                            byName.put(Trees.text(p, "name"), p.path("nodePort").asInt()));
            for (ObjectNode port : Trees.objects(spec.path("ports"))) {
                int before = byName.getOrDefault(Trees.text(port, "name"), 0);
                if (port.path("nodePort").asInt() == 0 && before != 0 && !used.contains(before)) {
                    port.put("nodePort", before);
                }
            }
        }
        if (needsHealthCheck(existing) && needsHealthCheck(updated) && ServiceShape.healthCheckNodePort(updated) == 0) {
            Trees.keep(spec, (ObjectNode) old, "healthCheckNodePort");
        }
    }

    private static boolean allocatesNodePorts(ObjectNode service) {
        return isType(service, "NodePort")
                || service.path("spec").path("allocateLoadBalancerNodePorts").asBoolean();
    }

    private static void initNodePorts(ObjectNode service, PortOperation operation) {
        List<ObjectNode> list = Trees.objects(service.path("spec").path("ports"));
        Map<Integer, Integer> given = new HashMap<>();
        for (int i = 0; i < list.size(); i++) {
            ObjectNode port = list.get(i);
            int number = port.path("port").asInt();
            int wanted = port.path("nodePort").asInt();
            if (wanted == 0 && !allocatesNodePorts(service)) {
                continue;
            }
            int shared = given.getOrDefault(number, 0);
            if (shared == 0) {
                int requested =
                        PortOperation.requested(number, service.path("spec").path("ports"));
                shared = requested != 0 ? take(service, i, requested, operation) : any(operation, "a nodePort");
                given.put(number, shared);
                port.put("nodePort", shared);
            } else if (wanted == 0) {
                port.put("nodePort", shared);
            } else if (wanted != shared) {
                take(service, i, wanted, operation);
            }
        }
    }

    private static void updateNodePorts(ObjectNode updated, ObjectNode existing, PortOperation operation) {
        List<Integer> before = ServiceShape.nodePorts(existing);
        Set<Integer> taken = new HashSet<>();
        List<ObjectNode> list = Trees.objects(updated.path("spec").path("ports"));
        for (int i = 0; i < list.size(); i++) {
            ObjectNode port = list.get(i);
            int wanted = port.path("nodePort").asInt();
            if (wanted == 0) {
                if (allocatesNodePorts(updated)) {
                    port.put("nodePort", any(operation, "a nodePort"));
                }
            } else if (!before.contains(wanted) && taken.add(wanted)) {
                take(updated, i, wanted, operation);
            }
        }
        List<Integer> now = ServiceShape.nodePorts(updated);
        before.stream().filter(port -> !now.contains(port)).forEach(operation::releaseLater);
    }

    private static int take(ObjectNode service, int index, int nodePort, PortOperation operation) {
        String why = operation.allocate(nodePort);
        if (!why.isEmpty()) {
            FieldPath path = FieldPath.of("spec").child("ports").index(index).child("nodePort");
            FieldErrors errors = new FieldErrors();
            errors.invalid(path, JsonNodeFactory.instance.numberNode(nodePort), why);
            throw ApiException.invalid("", "Service", Trees.text(service.path("metadata"), "name"), errors.list());
        }
        return nodePort;
    }

    private static int any(PortOperation operation, String what) {
        int port = operation.allocateNext();
        if (port < 0) {
            throw ApiException.internal("failed to allocate " + what + ": range is full");
        }
        return port;
    }

    private static void allocateHealthCheck(ObjectNode service, PortOperation operation) {
        int wanted = ServiceShape.healthCheckNodePort(service);
        if (wanted == 0) {
            spec(service).put("healthCheckNodePort", any(operation, "a HealthCheck NodePort 0"));
            return;
        }
        String why = operation.allocate(wanted);
        if (!why.isEmpty()) {
            throw ApiException.internal("failed to allocate requested HealthCheck NodePort " + wanted + ": " + why);
        }
    }
}
