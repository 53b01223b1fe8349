package io.kybern.apiserver.registry.core;

import static io.kybern.apiserver.service.ServiceShape.externallyAccessible;
import static io.kybern.apiserver.service.ServiceShape.isType;
import static io.kybern.apiserver.service.ServiceShape.needsClusterIp;
import static io.kybern.apiserver.service.ServiceShape.needsHealthCheck;
import static io.kybern.apiserver.service.ServiceShape.needsNodePort;
import static io.kybern.apiserver.service.ServiceShape.spec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.service.ServiceShape;
import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.label.LabelSelectors;
import io.kybern.crd.resource.Columns;
import io.kybern.crd.resource.NameRule;
import io.kybern.crd.resource.RequestContext;
import io.kybern.crd.resource.Strategy;
import io.kybern.crd.resource.TableColumn;
import io.kybern.crd.resource.Trees;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Services. Addresses and ports are given by {@code ServiceAllocator} before this strategy prepares the object; here is
 * what a change of type drops, and everything that is checked.
 */
public final class ServiceStrategy implements Strategy {
    private static final int CLIENT_IP_TIMEOUT_SECONDS = 10800;

    @Override
    public boolean hasStatus() {
        return true;
    }

    @Override
    public void applyDefaults(ObjectNode object) {
        ObjectNode spec = spec(object);
        Trees.defaultText(spec, "sessionAffinity", "None");
        switch (Trees.text(spec, "sessionAffinity")) {
            case "None" -> spec.remove("sessionAffinityConfig");
            case "ClientIP" -> {
                if (!spec.path("sessionAffinityConfig").path("clientIP").has("timeoutSeconds")) {
                    spec.putObject("sessionAffinityConfig")
                            .putObject("clientIP")
                            .put("timeoutSeconds", CLIENT_IP_TIMEOUT_SECONDS);
                }
            }
            default -> {}
        }
        Trees.defaultText(spec, "type", "ClusterIP");
        for (ObjectNode port : Trees.objects(spec.path("ports"))) {
            Trees.defaultText(port, "protocol", "TCP");
            JsonNode target = port.path("targetPort");
            if (target.isMissingNode()
                    || target.asText().isEmpty()
                    || target.asText().equals("0")) {
                port.set("targetPort", port.path("port"));
            }
        }
        if (externallyAccessible(object)) {
            Trees.defaultText(spec, "externalTrafficPolicy", "Cluster");
        }
        if (needsNodePort(object) || isType(object, "ClusterIP")) {
            Trees.defaultPointer(spec, "internalTrafficPolicy", "Cluster");
        }
        if (isType(object, "LoadBalancer")) {
            Trees.defaultBoolean(spec, "allocateLoadBalancerNodePorts", true);
            for (ObjectNode ingress :
                    Trees.objects(object.path("status").path("loadBalancer").path("ingress"))) {
                if (!Trees.text(ingress, "ip").isEmpty()) {
                    Trees.defaultPointer(ingress, "ipMode", "VIP");
                }
            }
        }
    }

    @Override
    public void prepareForUpdate(ObjectNode updated, ObjectNode existing, RequestContext context) {
        Strategy.super.prepareForUpdate(updated, existing, context);
        if (context.subresource().isEmpty()) {
            dropWhatTheTypeNoLongerNeeds(updated, existing);
        }
    }

    /** A value that the client merely carried along goes with the type that needed it. */
    private static void dropWhatTheTypeNoLongerNeeds(ObjectNode updated, ObjectNode existing) {
        ObjectNode spec = spec(updated);
        JsonNode old = existing.path("spec");
        if (needsClusterIp(existing) && !needsClusterIp(updated)) {
            if (unchanged(spec, old, "clusterIP") && unchanged(spec, old, "clusterIPs")) {
                spec.remove(List.of("clusterIP", "clusterIPs"));
            }
            dropUnchanged(spec, old, "ipFamilies");
            dropUnchanged(spec, old, "ipFamilyPolicy");
            dropUnchanged(spec, old, "internalTrafficPolicy");
        }
        boolean samePorts = ServiceShape.nodePorts(existing).containsAll(ServiceShape.nodePorts(updated));
        if (needsNodePort(existing) && !needsNodePort(updated) && samePorts) {
            Trees.objects(spec.path("ports")).forEach(port -> port.remove("nodePort"));
        }
        if (needsHealthCheck(existing) && !needsHealthCheck(updated)) {
            dropUnchanged(spec, old, "healthCheckNodePort");
        }
        if (isType(existing, "LoadBalancer") && !isType(updated, "LoadBalancer")) {
            dropUnchanged(spec, old, "allocateLoadBalancerNodePorts");
            dropUnchanged(spec, old, "loadBalancerClass");
        }
        if (externallyAccessible(existing) && !externallyAccessible(updated)) {
            dropUnchanged(spec, old, "externalTrafficPolicy");
        }
        if (!isType(updated, "LoadBalancer") && updated.path("status") instanceof ObjectNode status) {
            status.remove("loadBalancer");
        }
    }

    private static boolean unchanged(ObjectNode spec, JsonNode old, String field) {
        return Trees.same(spec.path(field), old.path(field));
    }

    private static void dropUnchanged(ObjectNode spec, JsonNode old, String field) {
        if (unchanged(spec, old, field)) {
            spec.remove(field);
        }
    }

    @Override
    public void validate(ObjectNode object, FieldErrors errors) {
        ServiceValidation.service(object, ServiceValidation.NOTHING, errors);
    }

    @Override
    public void validateUpdate(ObjectNode updated, ObjectNode existing, FieldErrors errors) {
        ServiceValidation.change(updated, existing, errors);
        ServiceValidation.service(updated, existing, errors);
    }

    @Override
    public void validateStatusUpdate(ObjectNode updated, ObjectNode existing, FieldErrors errors) {
        LoadBalancerStatus.validate(updated, existing, errors);
    }

    @Override
    public List<String> warnings(ObjectNode object) {
        return ServiceWarnings.of(object);
    }

    @Override
    public NameRule nameRule() {
        return NameRule.DNS_LABEL;
    }

    @Override
    public boolean allowsCreateOnUpdate() {
        return true;
    }

    @Override
    public Map<String, String> selectableFields(ObjectNode object) {
        JsonNode spec = object.path("spec");
        return Map.of("spec.clusterIP", Trees.text(spec, "clusterIP"), "spec.type", Trees.text(spec, "type"));
    }

    @Override
    public Set<String> selectableFieldNames() {
        return Set.of("spec.clusterIP", "spec.type");
    }

    @Override
    public boolean returnsDeletedObject() {
        return true;
    }

    @Override
    public List<TableColumn> tableColumns() {
        return List.of(
                Columns.NAME,
                Columns.string("Type", 0, ServiceShape::type),
                Columns.string("Cluster-IP", 0, o -> {
                    List<String> ips = ServiceShape.clusterIps(o);
                    return ips.isEmpty() ? "<none>" : ips.getFirst();
                }),
                Columns.string("External-IP", 0, ServiceStrategy::externalIp),
                Columns.string("Port(s)", 0, ServiceStrategy::ports),
                Columns.AGE,
                Columns.string(
                        "Selector",
                        1,
                        o -> LabelSelectors.formatLabels(o.path("spec").path("selector"))));
    }

    private static String ports(ObjectNode service) {
        StringBuilder out = new StringBuilder();
        for (JsonNode port : service.path("spec").path("ports")) {
            int nodePort = port.path("nodePort").asInt();
            out.append(out.isEmpty() ? "" : ",")
                    .append(port.path("port").asInt())
                    .append(nodePort > 0 ? ":" + nodePort : "")
                    .append('/')
                    .append(Trees.text(port, "protocol"));
        }
        return out.isEmpty() ? "<none>" : out.toString();
    }

    private static String externalIp(ObjectNode service) {
        String external = String.join(",", Trees.texts(service.path("spec").path("externalIPs")));
        return switch (ServiceShape.type(service)) {
            case "ClusterIP", "NodePort" -> external.isEmpty() ? "<none>" : external;
            case "LoadBalancer" -> {
                String balanced = LoadBalancerStatus.format(service);
                if (!external.isEmpty()) {
                    yield balanced.isEmpty() ? external : balanced + "," + external;
                }
                yield balanced.isEmpty() ? "<pending>" : balanced;
            }
            case "ExternalName" -> Trees.text(service.path("spec"), "externalName");
            default -> "<unknown>";
        };
    }
}
