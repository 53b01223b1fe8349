package io.kybern.apiserver.service;

import static io.kybern.apiserver.service.ServiceShape.headless;
import static io.kybern.apiserver.service.ServiceShape.isType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.field.FieldPath;
import io.kybern.crd.net.IpAddress;
import io.kybern.crd.net.IpRules;
import io.kybern.crd.resource.Trees;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** How {@code clusterIP}, {@code clusterIPs}, {@code ipFamilies} and {@code ipFamilyPolicy} must agree. */
public final class ClusterIpRules {
    private static final FieldPath IPS = FieldPath.of("spec", "clusterIPs");
    private static final FieldPath FAMILIES = FieldPath.of("spec", "ipFamilies");
    private static final FieldPath POLICY = FieldPath.of("spec", "ipFamilyPolicy");
    private static final List<String> SUPPORTED = List.of("IPv4", "IPv6");
    private static final List<String> POLICIES = List.of("PreferDualStack", "RequireDualStack", "SingleStack");
    private static final String FIXED = "may not change once set";

    private ClusterIpRules() {}

    /** Complains about the fields of one Service; an existing one without a spec stands for none. */
    public static void validate(ObjectNode service, ObjectNode existing, FieldErrors errors) {
        if (isType(service, "ExternalName")) {
            return;
        }
        JsonNode spec = service.path("spec");
        JsonNode list = spec.path("clusterIPs");
        List<String> ips = ServiceShape.clusterIps(service);
        agreement(Trees.text(spec, "clusterIP"), list, ips, errors);
        Set<String> seen = new HashSet<>();
        List<String> families = Trees.texts(spec.path("ipFamilies"));
        for (int i = 0; i < families.size(); i++) {
            if (!SUPPORTED.contains(families.get(i))) {
                errors.notSupported(FAMILIES.index(i), families.get(i), SUPPORTED);
            }
            if (!seen.add(families.get(i))) {
                errors.duplicate(FAMILIES.index(i), families.get(i));
            }
        }
        JsonNode policy = spec.path("ipFamilyPolicy");
        if (policy.isTextual() && !POLICIES.contains(policy.asText())) {
            errors.notSupported(POLICY, policy, POLICIES);
        }
        if (addresses(list, ips, ServiceShape.clusterIps(existing), errors)) {
            stacks(list, ips, families, headless(service), errors);
        }
    }

    private static void agreement(String single, JsonNode list, List<String> ips, FieldErrors errors) {
        if (single.isEmpty()) {
            if (!ips.isEmpty()) {
                errors.invalid(IPS, list, "must be empty when `clusterIP` is not specified");
            }
        } else if (ips.isEmpty()) {
            errors.required(IPS, "");
        } else if (!ips.getFirst().equals(single)) {
            errors.invalid(IPS, list, "first value must match `clusterIP`");
        }
    }

    /** Whether all are addresses. */
    private static boolean addresses(JsonNode list, List<String> ips, List<String> known, FieldErrors errors) {
        boolean fine = true;
        for (int i = 0; i < ips.size(); i++) {
            if (i == 0 && ips.get(i).equals(ServiceShape.NONE)) {
                if (ips.size() > 1) {
                    fine = false;
                    errors.invalid(IPS, list, "'None' must be the first and only value");
                }
            } else {
                fine &= IpRules.legacyAddress(IPS.index(i), ips.get(i), known, errors);
            }
        }
        if (ips.size() > 2) {
            errors.invalid(IPS, list, "may only hold up to 2 values");
        }
        return fine;
    }

    private static void stacks(
            JsonNode list, List<String> ips, List<String> families, boolean headless, FieldErrors errors) {
        if (ips.size() > 1
                && ips.stream().map(ClusterIpRules::family).distinct().count() < 2) {
            errors.invalid(IPS, list, "may specify no more than one IP for each IP family");
        }
        if (headless) {
            return;
        }
        for (int i = 0; i < Math.min(ips.size(), families.size()); i++) {
            String family = families.get(i);
            if (SUPPORTED.contains(family) && !family(ips.get(i)).equals(family)) {
                errors.invalid(
                        IPS.index(i),
                        ips.get(i),
                        "expected an " + family + " value as indicated by `ipFamilies[" + i + "]`");
            }
        }
    }

    static String family(String ip) {
        return IpAddress.parse(ip).map(IpAddress::family).orElse("IPv4");
    }

    /** Complains about an update that changes a primary address or family. */
    public static void validateChange(ObjectNode updated, ObjectNode existing, FieldErrors errors) {
        if (isType(updated, "ExternalName") || isType(existing, "ExternalName")) {
            return;
        }
        boolean was = headless(existing);
        boolean is = headless(updated);
        if (!(was && is)) {
            ips(updated, existing, errors);
        }
        if (!was && !is) {
            families(updated, existing, errors);
        }
    }

    private static void ips(ObjectNode updated, ObjectNode existing, FieldErrors errors) {
        JsonNode list = updated.path("spec").path("clusterIPs");
        List<String> now = ServiceShape.clusterIps(updated);
        List<String> before = ServiceShape.clusterIps(existing);
        if (now.size() == before.size()) {
            for (int i = 0; i < now.size(); i++) {
                if (!now.get(i).equals(before.get(i))) {
                    errors.invalid(IPS.index(i), list, FIXED);
                }
            }
            return;
        }
        boolean released = before.size() > now.size();
        if (released && now.isEmpty()) {
            errors.invalid(IPS.index(0), list, "primary clusterIP can not be unset");
        }
        if (!now.isEmpty() && !before.isEmpty() && !now.getFirst().equals(before.getFirst())) {
            errors.invalid(IPS.index(0), list, FIXED);
        }
        if (released && now.size() == 1) {
            releasing(updated, "clusterIP", errors);
        }
    }

    private static void families(ObjectNode updated, ObjectNode existing, FieldErrors errors) {
        JsonNode list = updated.path("spec").path("ipFamilies");
        JsonNode ips = updated.path("spec").path("clusterIPs");
        List<String> now = Trees.texts(list);
        List<String> before = Trees.texts(existing.path("spec").path("ipFamilies"));
        if (now.size() == before.size()) {
            for (int i = 0; i < now.size(); i++) {
                if (!now.get(i).equals(before.get(i))) {
                    errors.invalid(FAMILIES.index(0), list, FIXED);
                }
            }
            return;
        }
        boolean released = before.size() > now.size();
        if (released && ips.isEmpty()) {
            errors.invalid(FAMILIES.index(0), list, "primary ipFamily can not be unset");
        }
        if (!now.isEmpty() && !before.isEmpty() && !now.getFirst().equals(before.getFirst())) {
            errors.invalid(FAMILIES.index(0), ips, FIXED);
        }
        if (released && now.size() == 1) {
            releasing(updated, "ipFamily", errors);
        }
    }

    private static void releasing(ObjectNode updated, String what, FieldErrors errors) {
        JsonNode policy = updated.path("spec").path("ipFamilyPolicy");
        if (!policy.asText().equals("SingleStack")) {
            errors.invalid(POLICY, policy, "must be set to 'SingleStack' when releasing the secondary " + what);
        }
    }
}
