package io.kybern.apiserver.registry.core;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.service.ServiceShape;
import io.kybern.crd.field.FieldPath;
import io.kybern.crd.net.IpRules;
import io.kybern.crd.resource.Trees;
import java.util.ArrayList;
import java.util.List;

/** What a Service may say but better would not. Source: {@code pkg/api/service/warnings.go}. */
final class ServiceWarnings {
    private static final String TOPOLOGY_HINTS = "service.kubernetes.io/topology-aware-hints";

    private ServiceWarnings() {}

    static List<String> of(ObjectNode service) {
        List<String> warnings = new ArrayList<>();
        JsonNode spec = service.path("spec");
        boolean headless = ServiceShape.headless(service);
        boolean named = ServiceShape.isType(service, "ExternalName");
        if (service.path("metadata").path("annotations").has(TOPOLOGY_HINTS)) {
            warnings.add("annotation " + TOPOLOGY_HINTS
                    + " is deprecated, please use service.kubernetes.io/topology-mode instead");
        }
        if (!headless) {
            addresses(spec, "clusterIPs", warnings);
        }
        boolean external = !spec.path("externalIPs").isEmpty();
        String balancer = Trees.text(spec, "loadBalancerIP");
        if (headless) {
            if (!balancer.isEmpty()) {
                warnings.add("spec.loadBalancerIP is ignored for headless services");
            }
            if (external) {
                warnings.add("spec.externalIPs is ignored for headless services");
            }
            if (!Trees.text(spec, "sessionAffinity").equals("None")) {
                warnings.add("spec.SessionAffinity is ignored for headless services");
            }
        }
        addresses(spec, "externalIPs", warnings);
        if (external && !headless && !named) {
            warnings.add("spec.externalIPs is deprecated and may no longer be implemented in some clusters");
        }
        if (!balancer.isEmpty()) {
            warnings.addAll(IpRules.warnings(FieldPath.of("spec", "loadBalancerIP"), balancer));
        }
        List<String> ranges = Trees.texts(spec.path("loadBalancerSourceRanges"));
        for (int i = 0; i < ranges.size(); i++) {
            warnings.addAll(IpRules.cidrWarnings(
                    FieldPath.of("spec", "loadBalancerSourceRanges").index(i), ranges.get(i)));
        }
        if (named && external) {
            warnings.add("spec.externalIPs is ignored when spec.type is \"ExternalName\"");
        }
        if (!named && !Trees.text(spec, "externalName").isEmpty()) {
            warnings.add("spec.externalName is ignored when spec.type is not \"ExternalName\"");
        }
        if (Trees.text(spec, "trafficDistribution").equals("PreferClose")) {
            warnings.add("spec.trafficDistribution: \"PreferClose\" is deprecated; use \"PreferSameZone\"");
        }
        return warnings;
    }

    private static void addresses(JsonNode spec, String field, List<String> warnings) {
        List<String> ips = Trees.texts(spec.path(field));
        for (int i = 0; i < ips.size(); i++) {
            warnings.addAll(IpRules.warnings(FieldPath.of("spec", field).index(i), ips.get(i)));
        }
    }
}
