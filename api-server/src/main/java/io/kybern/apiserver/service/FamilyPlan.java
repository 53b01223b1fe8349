package io.kybern.apiserver.service;

import static io.kybern.apiserver.service.ServiceShape.clusterIps;
import static io.kybern.apiserver.service.ServiceShape.spec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.field.FieldPath;
import io.kybern.crd.resource.Trees;
import java.util.List;

/** Which IP families a Service gets in a cluster of one family. Source: {@code initIPFamilyFields} of the original. */
final class FamilyPlan {
    private static final FieldPath IPS = FieldPath.of("spec", "clusterIPs");
    private static final FieldPath FAMILIES = FieldPath.of("spec", "ipFamilies");
    private static final FieldPath POLICY = FieldPath.of("spec", "ipFamilyPolicy");

    private FamilyPlan() {}

    /** Complains about more addresses or families than the policy allows, and derives families from given addresses. */
    static void check(ObjectNode service, ObjectNode existing, String family, FieldErrors errors) {
        ObjectNode spec = spec(service);
        JsonNode policy = spec.path("ipFamilyPolicy");
        if (!existing.isEmpty()) {
            reductions(spec, existing, errors);
        }
        if (policy.asText().equals("SingleStack")) {
            String detail = "must be 'RequireDualStack' or 'PreferDualStack' when multiple ";
            if (spec.path("clusterIPs").size() == 2) {
                errors.invalid(POLICY, policy, detail + "cluster IPs are specified");
            }
            if (spec.path("ipFamilies").size() == 2) {
                errors.invalid(POLICY, policy, detail + "IP families are specified");
            }
        }
        List<String> ips = clusterIps(service);
        for (int i = 0; i < ips.size() && !ips.get(i).equals(ServiceShape.NONE); i++) {
            String wanted = ClusterIpRules.family(ips.get(i));
            if (i < spec.path("ipFamilies").size()) {
                continue;
            }
            if (wanted.equals(family)) {
                families(spec).add(wanted);
            } else {
                errors.invalid(IPS.index(i), spec.path("clusterIPs"), wanted + " is not configured on this cluster");
            }
        }
    }

    private static void reductions(ObjectNode spec, ObjectNode existing, FieldErrors errors) {
        JsonNode policy = spec.path("ipFamilyPolicy");
        boolean single = policy.asText().equals("SingleStack");
        for (String field : List.of("clusterIPs", "ipFamilies")) {
            JsonNode now = spec.path(field);
            JsonNode before = existing.path("spec").path(field);
            if (single) {
                if (Trees.same(now, before) && now.size() > 1) {
                    spec.putArray(field).add(now.get(0));
                }
            } else if (!now.isEmpty() && now.size() < before.size()) {
                String what = field.equals("clusterIPs") ? "cluster IP" : "IP family";
                errors.invalid(POLICY, policy, "must be 'SingleStack' to release the secondary " + what);
            }
        }
    }

    /**
     * Adds the families that the policy asks for.
     *
     * @param free headless without a selector: its addresses are not this cluster's, so it may have any family
     */
    static void complete(ObjectNode service, boolean free, String family, FieldErrors errors) {
        ObjectNode spec = spec(service);
        String policy = Trees.text(spec, "ipFamilyPolicy");
        if (!free) {
            if (policy.equals("RequireDualStack")) {
                errors.invalid(POLICY, policy, "this cluster is not configured for dual-stack services");
            }
            List<String> wanted = Trees.texts(spec.path("ipFamilies"));
            for (int i = 0; i < wanted.size(); i++) {
                if (!wanted.get(i).equals(family)) {
                    errors.invalid(FAMILIES.index(i), wanted.get(i), "not configured on this cluster");
                }
            }
        }
        ArrayNode families = families(spec);
        if (families.isEmpty()) {
            families.add(family);
        }
        if (free && families.size() < 2 && !policy.equals("SingleStack")) {
            families.add(families.get(0).asText().equals("IPv4") ? "IPv6" : "IPv4");
        }
    }

    private static ArrayNode families(ObjectNode spec) {
        return spec.get("ipFamilies") instanceof ArrayNode present ? present : spec.putArray("ipFamilies");
    }
}
