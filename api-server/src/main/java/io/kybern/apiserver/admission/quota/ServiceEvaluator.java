package io.kybern.apiserver.admission.quota;

import static io.kybern.crd.resource.Trees.number;
import static io.kybern.crd.resource.Trees.objects;
import static io.kybern.crd.resource.Trees.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.admission.AdmissionRequest;
import io.kybern.apiserver.admission.AdmissionRequest.Operation;
import io.kybern.crd.value.Quantity;
import java.util.Map;
import java.util.Set;

/** Services, their node ports and load balancers. Ports are counted as they are wanted: none is allotted yet. */
final class ServiceEvaluator implements Evaluator {
    private static final String COUNT = "count/services";
    private static final String NODE_PORTS = "services.nodeports";
    private static final String BALANCERS = "services.loadbalancers";
    private static final Set<String> NAMES = Set.of(COUNT, "services", NODE_PORTS, BALANCERS);

    @Override
    public boolean handles(AdmissionRequest request) {
        return request.subresource().isEmpty()
                && (request.operation() == Operation.CREATE || request.operation() == Operation.UPDATE);
    }

    @Override
    public boolean concerns(String resource) {
        return NAMES.contains(resource);
    }

    @Override
    public Amounts usage(ObjectNode service) {
        JsonNode spec = service.path("spec");
        boolean balanced = text(spec, "type").equals("LoadBalancer");
        long nodePorts = balanced || text(spec, "type").equals("NodePort")
                ? spec.path("ports").size()
                : 0;
        if (balanced && !spec.path("allocateLoadBalancerNodePorts").asBoolean(true)) {
            nodePorts = objects(spec.path("ports")).stream()
                    .filter(p -> number(p, "nodePort") != 0)
                    .count();
        }
        return new Amounts(Map.of(
                COUNT,
                Amounts.ONE,
                "services",
                Amounts.ONE,
                NODE_PORTS,
                Quantity.parse(Long.toString(nodePorts)),
                BALANCERS,
                balanced ? Amounts.ONE : Quantity.ZERO));
    }
}
