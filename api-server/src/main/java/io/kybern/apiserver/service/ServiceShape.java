package io.kybern.apiserver.service;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.crd.resource.Trees;
import java.util.ArrayList;
import java.util.List;

/** What a Service tree asks for. */
public final class ServiceShape {
    public static final String NONE = "None";

    private ServiceShape() {}

    public static ObjectNode spec(ObjectNode service) {
        return Trees.object(service, "spec");
    }

    public static String type(ObjectNode service) {
        return Trees.text(service.path("spec"), "type");
    }

    public static boolean isType(ObjectNode service, String type) {
        return type(service).equals(type);
    }

    public static List<String> clusterIps(ObjectNode service) {
        return Trees.texts(service.path("spec").path("clusterIPs"));
    }

    public static boolean headless(ObjectNode service) {
        List<String> ips = clusterIps(service);
        return ips.size() == 1 && ips.getFirst().equals(NONE);
    }

    public static boolean needsClusterIp(ObjectNode service) {
        return !isType(service, "ExternalName");
    }

    public static boolean needsNodePort(ObjectNode service) {
        return isType(service, "NodePort") || isType(service, "LoadBalancer");
    }

    /** Whether a load balancer must ask nodes which of them have endpoints. */
    public static boolean needsHealthCheck(ObjectNode service) {
        return isType(service, "LoadBalancer")
                && Trees.text(service.path("spec"), "externalTrafficPolicy").equals("Local");
    }

    public static boolean externallyAccessible(ObjectNode service) {
        return needsNodePort(service)
                || isType(service, "ClusterIP")
                        && !service.path("spec").path("externalIPs").isEmpty();
    }

    /** The node ports of its ports, without zeros. */
    public static List<Integer> nodePorts(ObjectNode service) {
        List<Integer> ports = new ArrayList<>();
        for (JsonNode port : service.path("spec").path("ports")) {
            int nodePort = port.path("nodePort").asInt();
            if (nodePort != 0) {
                ports.add(nodePort);
            }
        }
        return ports;
    }

    public static int healthCheckNodePort(ObjectNode service) {
        return service.path("spec").path("healthCheckNodePort").asInt();
    }
}
