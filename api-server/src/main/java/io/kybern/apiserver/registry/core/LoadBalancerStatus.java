package io.kybern.apiserver.registry.core;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.field.FieldPath;
import io.kybern.crd.name.Names;
import io.kybern.crd.net.IpAddress;
import io.kybern.crd.net.IpRules;
import io.kybern.crd.resource.Trees;
import java.util.List;
import java.util.TreeSet;

/** {@code status.loadBalancer} of Services and Ingresses. */
public final class LoadBalancerStatus {
    private LoadBalancerStatus() {}

    static void validate(ObjectNode updated, ObjectNode existing, FieldErrors errors) {
        JsonNode ingress = ingress(updated);
        FieldPath path = FieldPath.of("status", "loadBalancer", "ingress");
        if (!ingress.isEmpty() && !Trees.text(updated.path("spec"), "type").equals("LoadBalancer")) {
            errors.forbidden(path, "may only be used when `spec.type` is 'LoadBalancer'");
            return;
        }
        List<String> known = Trees.objects(ingress(existing)).stream()
                .map(i -> Trees.text(i, "ip"))
                .toList();
        for (int i = 0; i < ingress.size(); i++) {
            point(ingress.get(i), path.index(i), known, errors);
        }
    }

    private static void point(JsonNode ingress, FieldPath path, List<String> known, FieldErrors errors) {
        String ip = Trees.text(ingress, "ip");
        String mode = Trees.text(ingress, "ipMode");
        if (!ip.isEmpty()) {
            IpRules.legacyAddress(path.child("ip"), ip, known, errors);
        }
        if (mode.isEmpty() && !ip.isEmpty()) {
            errors.required(path.child("ipMode"), "must be specified when `ip` is set");
        } else if (!mode.isEmpty() && ip.isEmpty()) {
            errors.forbidden(path.child("ipMode"), "may not be specified when `ip` is not set");
        } else if (!mode.isEmpty() && !mode.equals("VIP") && !mode.equals("Proxy")) {
            errors.notSupported(path.child("ipMode"), mode, List.of("Proxy", "VIP"));
        }
        host(ingress, path, errors);
    }

    /** The host name of one point of entry. */
    public static void host(JsonNode ingress, FieldPath path, FieldErrors errors) {
        String host = Trees.text(ingress, "hostname");
        if (!host.isEmpty()) {
            errors.invalidEach(path.child("hostname"), host, Names.dnsSubdomain(host));
            if (IpAddress.parse(host).isPresent()) {
                errors.invalid(path.child("hostname"), host, "must be a DNS name, not an IP address");
            }
        }
    }

    /** Addresses, else host names, sorted, with commas between. */
    public static String format(ObjectNode object) {
        TreeSet<String> points = new TreeSet<>();
        for (JsonNode ingress : ingress(object)) {
            String ip = Trees.text(ingress, "ip");
            String point = ip.isEmpty() ? Trees.text(ingress, "hostname") : ip;
            if (!point.isEmpty()) {
                points.add(point);
            }
        }
        return String.join(",", points);
    }

    public static JsonNode ingress(ObjectNode object) {
        return object.path("status").path("loadBalancer").path("ingress");
    }
}
