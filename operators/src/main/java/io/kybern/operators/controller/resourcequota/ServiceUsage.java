package io.kybern.operators.controller.resourcequota;

import io.fabric8.kubernetes.api.model.Service;
import java.util.Set;

/** Services, their node ports and load balancers. */
final class ServiceUsage implements Counted<Service> {
    private static final Set<String> NAMES =
            Set.of("count/services", "services", "services.nodeports", "services.loadbalancers");

    @Override
    public boolean concerns(String resource) {
        return NAMES.contains(resource);
    }

    @Override
    public Amounts usage(Service service) {
        Amounts out = new Amounts();
        out.one("count/services");
        out.one("services");
        boolean balanced = "LoadBalancer".equals(service.getSpec().getType());
        long nodePorts = balanced || "NodePort".equals(service.getSpec().getType())
                ? service.getSpec().getPorts().size()
                : 0;
        if (balanced && Boolean.FALSE.equals(service.getSpec().getAllocateLoadBalancerNodePorts())) {
            nodePorts = service.getSpec().getPorts().stream()
                    .filter(port -> port.getNodePort() != null && port.getNodePort() != 0)
                    .count();
        }
        out.add("services.nodeports", nodePorts);
        out.add("services.loadbalancers", balanced ? 1 : 0);
        return out;
    }

    @Override
    public boolean matches(Scope scope, Service service) {
        return false;
    }
}
