package io.kybern.apiserver.registry.core;

import static io.kybern.apiserver.service.ServiceShape.headless;
import static io.kybern.apiserver.service.ServiceShape.isType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.service.ClusterIpRules;
import io.kybern.apiserver.service.ServiceShape;
import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.field.FieldPath;
import io.kybern.crd.label.LabelSelectors;
import io.kybern.crd.name.Names;
import io.kybern.crd.net.IpRules;
import io.kybern.crd.resource.Trees;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What a Service must be like, in the order of {@code validateService} of the core API. */
final class ServiceValidation {
    /** In place of the existing Service when there is none. */
    static final ObjectNode NOTHING = JsonNodeFactory.instance.objectNode();

    private static final FieldPath SPEC = FieldPath.of("spec");
    private static final FieldPath ANNOTATIONS = FieldPath.of("metadata", "annotations");
    private static final String TOPOLOGY_HINTS = "service.kubernetes.io/topology-aware-hints";
    private static final String TOPOLOGY_MODE = "service.kubernetes.io/topology-mode";
    private static final String SOURCE_RANGES = "service.beta.kubernetes.io/load-balancer-source-ranges";
    private static final List<String> PROTOCOLS = List.of("SCTP", "TCP", "UDP");
    private static final List<String> TYPES = List.of("ClusterIP", "ExternalName", "LoadBalancer", "NodePort");
    private static final int DAY_SECONDS = 86400;

    private ServiceValidation() {}

    static void service(ObjectNode service, ObjectNode existing, FieldErrors errors) {
        JsonNode spec = service.path("spec");
        topology(service, errors);
        if (spec.path("ports").isEmpty() && !headless(service) && !isType(service, "ExternalName")) {
            errors.required(SPEC.child("ports"), "");
        }
        type(service, spec, errors);
        ports(spec.path("ports"), errors);
        LabelSelectors.validateLabels(spec.path("selector"), SPEC.child("selector"), errors);
        affinity(spec, errors);
        ClusterIpRules.validate(service, existing, errors);
        externalIps(spec, existing, errors);
        supported(spec, "type", TYPES, errors);
        nodePorts(service, errors);
        duplicatePorts(spec.path("ports"), errors);
        sourceRanges(service, existing, errors);
        loadBalancer(service, spec, errors);
        trafficPolicies(service, spec, errors);
    }

    /** What an update may not change, before the new Service is looked at as a whole. */
    static void change(ObjectNode updated, ObjectNode existing, FieldErrors errors) {
        ClusterIpRules.validateChange(updated, existing, errors);
        boolean both = isType(existing, "LoadBalancer") && isType(updated, "LoadBalancer");
        JsonNode updatedClass = updated.path("spec").path("loadBalancerClass");
        if (both && !Trees.same(updatedClass, existing.path("spec").path("loadBalancerClass"))) {
            errors.invalid(SPEC.child("loadBalancerClass"), updatedClass, "may not change once set");
        }
        loadBalancerClass(updated, errors);
        if (ServiceShape.needsHealthCheck(existing)
                && ServiceShape.needsHealthCheck(updated)
                && ServiceShape.healthCheckNodePort(updated) != ServiceShape.healthCheckNodePort(existing)) {
            errors.forbidden(SPEC.child("healthCheckNodePort"), "field is immutable");
        }
    }

    private static void topology(ObjectNode service, FieldErrors errors) {
        JsonNode annotations = service.path("metadata").path("annotations");
        if (annotations.has(TOPOLOGY_HINTS)
                && annotations.has(TOPOLOGY_MODE)
                && !annotations.path(TOPOLOGY_HINTS).equals(annotations.path(TOPOLOGY_MODE))) {
            errors.invalid(
                    ANNOTATIONS.key(TOPOLOGY_MODE),
                    annotations.path(TOPOLOGY_MODE),
                    "must match annotations[" + TOPOLOGY_HINTS + "] when both are specified");
        }
    }

    private static void type(ObjectNode service, JsonNode spec, FieldErrors errors) {
        switch (ServiceShape.type(service)) {
            case "LoadBalancer", "NodePort" -> {
                if (headless(service)) {
                    errors.invalid(
                            SPEC.child("clusterIPs").index(0),
                            ServiceShape.NONE,
                            "may not be set to 'None' for " + ServiceShape.type(service) + " services");
                }
            }
            case "ExternalName" -> {
                for (String field : List.of("clusterIPs", "ipFamilies", "ipFamilyPolicy")) {
                    if (!Trees.same(spec.path(field), spec.path(""))) {
                        errors.forbidden(SPEC.child(field), "may not be set for ExternalName services");
                    }
                }
                String name = Trees.text(spec, "externalName");
                String bare = name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
                if (bare.isEmpty()) {
                    errors.required(SPEC.child("externalName"), "");
                } else {
                    errors.invalidEach(SPEC.child("externalName"), bare, Names.dnsSubdomain(bare));
                }
            }
            default -> {}
        }
    }

    private static void ports(JsonNode ports, FieldErrors errors) {
        Set<String> names = new HashSet<>();
        for (int i = 0; i < ports.size(); i++) {
            port(ports.get(i), ports.size() > 1, names, SPEC.child("ports").index(i), errors);
        }
    }

    private static void port(
            JsonNode port, boolean nameRequired, Set<String> names, FieldPath path, FieldErrors errors) {
        String name = Trees.text(port, "name");
        if (name.isEmpty()) {
            if (nameRequired) {
                errors.required(path.child("name"), "");
            }
        } else {
            errors.invalidEach(path.child("name"), name, Names.dnsLabel(name));
            if (!names.add(name)) {
                errors.duplicate(path.child("name"), name);
            }
        }
        errors.invalidEach(
                path.child("port"),
                port.path("port"),
                Names.portNumber(port.path("port").asLong()));
        protocol(port, path, errors);
        targetPort(port.path("targetPort"), path.child("targetPort"), errors);
        String application = Trees.text(port, "appProtocol");
        if (port.has("appProtocol")) {
            errors.invalidEach(path.child("appProtocol"), application, Names.qualifiedName(application));
        }
    }

    /** Shared with Endpoints. */
    static void protocol(JsonNode port, FieldPath path, FieldErrors errors) {
        String protocol = Trees.text(port, "protocol");
        if (protocol.isEmpty()) {
            errors.required(path.child("protocol"), "");
        } else if (!PROTOCOLS.contains(protocol)) {
            errors.notSupported(path.child("protocol"), protocol, PROTOCOLS);
        }
    }

    private static void targetPort(JsonNode target, FieldPath path, FieldErrors errors) {
        errors.invalidEach(
                path, target, target.isTextual() ? Names.portName(target.asText()) : Names.portNumber(target.asLong()));
    }

    private static void affinity(JsonNode spec, FieldErrors errors) {
        supported(spec, "sessionAffinity", List.of("ClientIP", "None"), errors);
        FieldPath path = SPEC.child("sessionAffinityConfig");
        JsonNode config = spec.path("sessionAffinityConfig");
        switch (Trees.text(spec, "sessionAffinity")) {
            case "ClientIP" -> {
                JsonNode timeout = config.path("clientIP").path("timeoutSeconds");
                if (timeout.isMissingNode()) {
                    errors.required(path, "when session affinity type is ClientIP");
                } else if (timeout.asLong() <= 0 || timeout.asLong() > DAY_SECONDS) {
                    errors.invalid(
                            path.child("clientIP").child("timeoutSeconds"),
                            timeout,
                            "must be greater than 0 and less than " + DAY_SECONDS);
                }
            }
            case "None" -> {
                if (config.isObject()) {
                    errors.forbidden(path, "must not be set when session affinity is None");
                }
            }
            default -> {}
        }
    }

    private static void supported(JsonNode spec, String field, List<String> values, FieldErrors errors) {
        String value = Trees.text(spec, field);
        if (value.isEmpty()) {
            errors.required(SPEC.child(field), "");
        } else if (!values.contains(value)) {
            errors.notSupported(SPEC.child(field), value, values);
        }
    }

    private static void externalIps(JsonNode spec, ObjectNode existing, FieldErrors errors) {
        List<String> known = Trees.texts(existing.path("spec").path("externalIPs"));
        List<String> ips = Trees.texts(spec.path("externalIPs"));
        for (int i = 0; i < ips.size(); i++) {
            FieldPath path = SPEC.child("externalIPs").index(i);
            if (IpRules.legacyAddress(path, ips.get(i), known, errors)) {
                IpRules.endpointAddress(path, ips.get(i), errors);
            }
        }
    }

    private static void nodePorts(ObjectNode service, FieldErrors errors) {
        JsonNode ports = service.path("spec").path("ports");
        Set<String> seen = new HashSet<>();
        if (isType(service, "ClusterIP")) {
            for (int i = 0; i < ports.size(); i++) {
                if (ports.get(i).path("nodePort").asInt() != 0) {
                    errors.forbidden(
                            SPEC.child("ports").index(i).child("nodePort"),
                            "may not be used when `type` is 'ClusterIP'");
                }
            }
        }
        for (int i = 0; i < ports.size(); i++) {
            JsonNode port = ports.get(i);
            int nodePort = port.path("nodePort").asInt();
            if (nodePort != 0 && !seen.add(Trees.text(port, "protocol") + nodePort)) {
                errors.duplicate(SPEC.child("ports").index(i).child("nodePort"), nodePort);
            }
        }
    }

    /** The original prints the Go struct that it uses as a key. */
    private static void duplicatePorts(JsonNode ports, FieldErrors errors) {
        Set<ObjectNode> seen = new HashSet<>();
        for (int i = 0; i < ports.size(); i++) {
            ObjectNode key = JsonNodeFactory.instance.objectNode();
            key.put("Name", "").put("Protocol", Trees.text(ports.get(i), "protocol"));
            key.putNull("AppProtocol").put("Port", ports.get(i).path("port").asInt());
            key.put("TargetPort", 0).put("NodePort", 0);
            if (!seen.add(key)) {
                errors.duplicate(SPEC.child("ports").index(i), key);
            }
        }
    }

    private static void sourceRanges(ObjectNode service, ObjectNode existing, FieldErrors errors) {
        JsonNode annotations = service.path("metadata").path("annotations");
        List<String> ranges = Trees.texts(service.path("spec").path("loadBalancerSourceRanges"));
        boolean annotated = ranges.isEmpty() && annotations.has(SOURCE_RANGES);
        if (ranges.isEmpty() && !annotated) {
            return;
        }
        FieldPath path = annotated ? ANNOTATIONS.key(SOURCE_RANGES) : SPEC.child("LoadBalancerSourceRanges");
        if (!isType(service, "LoadBalancer")) {
            errors.forbidden(path, "may only be used when `type` is 'LoadBalancer'");
        }
        if (annotated) {
            String value = annotations.path(SOURCE_RANGES).asText();
            if (!value.equals(Trees.text(existing.path("metadata").path("annotations"), SOURCE_RANGES))) {
                Arrays.stream(value.strip().split(","))
                        .filter(range -> !range.isEmpty())
                        .forEach(range -> IpRules.legacyCidr(path, range.strip(), List.of(), errors));
            }
            return;
        }
        List<String> known = Trees.texts(existing.path("spec").path("loadBalancerSourceRanges")).stream()
                .map(String::strip)
                .toList();
        for (int i = 0; i < ranges.size(); i++) {
            IpRules.legacyCidr(path.index(i), ranges.get(i).strip(), known, errors);
        }
    }

    private static void loadBalancer(ObjectNode service, JsonNode spec, FieldErrors errors) {
        boolean balanced = isType(service, "LoadBalancer");
        boolean said = spec.has("allocateLoadBalancerNodePorts");
        if (said && !balanced) {
            errors.forbidden(
                    SPEC.child("allocateLoadBalancerNodePorts"), "may only be used when `type` is 'LoadBalancer'");
        }
        if (balanced && !said) {
            errors.required(FieldPath.of("allocateLoadBalancerNodePorts"), "");
        }
        loadBalancerClass(service, errors);
    }

    private static void loadBalancerClass(ObjectNode service, FieldErrors errors) {
        JsonNode value = service.path("spec").path("loadBalancerClass");
        if (value.isMissingNode()) {
            return;
        }
        FieldPath path = SPEC.child("loadBalancerClass");
        if (isType(service, "LoadBalancer")) {
            errors.invalidEach(path, value, Names.qualifiedName(value.asText()));
        } else {
            errors.forbidden(path, "may only be used when `type` is 'LoadBalancer'");
        }
    }

    private static void trafficPolicies(ObjectNode service, JsonNode spec, FieldErrors errors) {
        String external = Trees.text(spec, "externalTrafficPolicy");
        if (ServiceShape.externallyAccessible(service)) {
            supported(spec, "externalTrafficPolicy", List.of("Cluster", "Local"), errors);
        } else if (!external.isEmpty()) {
            errors.invalid(
                    SPEC.child("externalTrafficPolicy"),
                    external,
                    "may only be set for externally-accessible services");
        }
        int health = ServiceShape.healthCheckNodePort(service);
        FieldPath healthPath = SPEC.child("healthCheckNodePort");
        if (!ServiceShape.needsHealthCheck(service)) {
            if (health != 0) {
                errors.invalid(
                        healthPath,
                        health,
                        "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'");
            }
        } else if (health == 0) {
            errors.required(healthPath, "");
        } else {
            errors.invalidEach(healthPath, health, Names.portNumber(health));
        }
        if (spec.has("internalTrafficPolicy")
                || TYPES.contains(ServiceShape.type(service)) && !isType(service, "ExternalName")) {
            supported(spec, "internalTrafficPolicy", List.of("Cluster", "Local"), errors);
        }
        List<String> distributions = List.of("PreferClose", "PreferSameZone", "PreferSameNode");
        JsonNode distribution = spec.path("trafficDistribution");
        if (distribution.isTextual() && !distributions.contains(distribution.asText())) {
            errors.notSupported(SPEC.child("trafficDistribution"), distribution, distributions);
        }
    }
}
