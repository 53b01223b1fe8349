package io.kybern.apiserver.registry.networking;

import com.fasterxml.jackson.databind.JsonNode;
import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.field.FieldPath;
import io.kybern.crd.name.Names;
import io.kybern.crd.net.IpAddress;
import io.kybern.crd.resource.Trees;
import java.util.List;

/** {@code spec} of an Ingress. */
final class IngressValidation {
    private static final FieldPath SPEC = FieldPath.of("spec");

    private IngressValidation() {}

    static void spec(JsonNode spec, FieldErrors errors) {
        JsonNode rules = spec.path("rules");
        JsonNode backend = spec.path("defaultBackend");
        if (rules.isEmpty() && !backend.isObject()) {
            errors.invalid(SPEC, null, "either `defaultBackend` or `rules` must be specified");
        }
        if (backend.isObject()) {
            backend(backend, SPEC.child("defaultBackend"), errors);
        }
        for (int i = 0; i < rules.size(); i++) {
            rule(rules.get(i), SPEC.child("rules").index(i), errors);
        }
        JsonNode tls = spec.path("tls");
        for (int i = 0; i < tls.size(); i++) {
            tls(tls.get(i), SPEC.child("tls").index(i), errors);
        }
        JsonNode named = spec.path("ingressClassName");
        if (named.isTextual()) {
            errors.invalidEach(SPEC.child("ingressClassName"), named, Names.dnsSubdomain(named.asText()));
        }
    }

    private static void rule(JsonNode rule, FieldPath path, FieldErrors errors) {
        String host = Trees.text(rule, "host");
        if (!host.isEmpty()) {
            if (IpAddress.parse(host).isPresent()) {
                errors.invalid(path.child("host"), host, "must be a DNS name, not an IP address");
            }
            host(host, path.child("host"), errors);
        }
        JsonNode http = rule.path("http");
        if (!http.isObject()) {
            return;
        }
        FieldPath list = path.child("http").child("paths");
        JsonNode paths = http.path("paths");
        if (paths.isEmpty()) {
            errors.required(list, "");
        }
        for (int i = 0; i < paths.size(); i++) {
            path(paths.get(i), list.index(i), errors);
        }
    }

    private static void host(String host, FieldPath path, FieldErrors errors) {
        errors.invalidEach(
                path, host, host.indexOf('*') >= 0 ? Names.wildcardDnsSubdomain(host) : Names.dnsSubdomain(host));
    }

    private static void tls(JsonNode tls, FieldPath path, FieldErrors errors) {
        List<String> hosts = Trees.texts(tls.path("hosts"));
        for (int i = 0; i < hosts.size(); i++) {
            host(hosts.get(i), path.child("hosts").index(i), errors);
        }
        String secret = Trees.text(tls, "secretName");
        if (!secret.isEmpty()) {
            errors.invalidEach(path.child("secretName"), secret, Names.dnsSubdomain(secret));
        }
    }

    private static void path(JsonNode rule, FieldPath path, FieldErrors errors) {
        if (!rule.path("pathType").isTextual()) {
            errors.required(path.child("pathType"), "pathType must be specified");
            return;
        }
        String text = Trees.text(rule, "path");
        FieldPath textPath = path.child("path");
        switch (rule.path("pathType").asText()) {
            case "Exact", "Prefix" -> {
                if (!text.startsWith("/")) {
                    errors.invalid(textPath, text, "must be an absolute path");
                }
                for (String sequence : List.of("//", "/./", "/../", "%2f", "%2F")) {
                    if (text.contains(sequence)) {
                        errors.invalid(textPath, text, "must not contain '" + sequence + "'");
                    }
                }
                for (String suffix : List.of("/..", "/.")) {
                    if (text.endsWith(suffix)) {
                        errors.invalid(textPath, text, "cannot end with '" + suffix + "'");
                    }
                }
            }
            case "ImplementationSpecific" -> {
                if (!text.isEmpty() && !text.startsWith("/")) {
                    errors.invalid(textPath, text, "must be an absolute path");
                }
            }
            default ->
                errors.notSupported(
                        path.child("pathType"),
                        rule.path("pathType"),
                        List.of("Exact", "ImplementationSpecific", "Prefix"));
        }
        backend(rule.path("backend"), path.child("backend"), errors);
    }

    private static void backend(JsonNode backend, FieldPath path, FieldErrors errors) {
        boolean resource = backend.path("resource").isObject();
        boolean service = backend.path("service").isObject();
        if (resource && service) {
            errors.invalid(path, "", "cannot set both resource and service backends");
        } else if (resource) {
            ObjectReferences.typed(backend.path("resource"), path.child("resource"), errors);
        } else if (service) {
            service(backend.path("service"), path, errors);
        } else {
            errors.invalid(path, "", "resource or service backend is required");
        }
    }

    private static void service(JsonNode service, FieldPath path, FieldErrors errors) {
        FieldPath namePath = path.child("service").child("name");
        String name = Trees.text(service, "name");
        if (name.isEmpty()) {
            errors.required(namePath, "");
        } else {
            errors.invalidEach(namePath, name, Names.dnsLabel(name));
        }
        FieldPath portPath = path.child("service").child("port");
        String portName = Trees.text(service.path("port"), "name");
        long number = service.path("port").path("number").asLong();
        if (!portName.isEmpty() && number != 0) {
            errors.invalid(path, "", "cannot set both port name & port number");
        } else if (!portName.isEmpty()) {
            errors.invalidEach(portPath.child("name"), portName, Names.portName(portName));
        } else if (number != 0) {
            errors.invalidEach(portPath.child("number"), number, Names.portNumber(number));
        } else {
            errors.required(path, "port name or number is required");
        }
    }
}
