package io.kybern.apiserver.registry.podspec;

import static io.kybern.crd.resource.Trees.flag;
import static io.kybern.crd.resource.Trees.number;
import static io.kybern.crd.resource.Trees.objects;
import static io.kybern.crd.resource.Trees.text;
import static io.kybern.crd.resource.Trees.texts;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.registry.goform.InternalForm;
import io.kybern.crd.field.FieldChecks;
import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.field.FieldPath;
import io.kybern.crd.label.LabelSelectors;
import io.kybern.crd.name.Names;
import io.kybern.crd.net.IpAddress;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A whole pod spec, in the order of {@code ValidatePodSpec} of the original. */
public final class PodSpecValidation {
    private static final List<String> DNS_POLICIES =
            List.of("ClusterFirstWithHostNet", "ClusterFirst", "Default", "None");

    private final JsonNode spec;
    private final JsonNode metadata;
    private final boolean pod;
    private final FieldErrors errors;

    /** @param metadata of a pod; a missing node for templates, of whose pods nothing is known */
    public PodSpecValidation(JsonNode spec, JsonNode metadata, FieldErrors errors) {
        this.spec = spec;
        this.metadata = metadata;
        this.pod = !metadata.isMissingNode();
        this.errors = errors;
    }

    public void validate(FieldPath path) {
        Map<String, ObjectNode> volumes = new VolumeValidation(text(metadata, "name"), pod, errors)
                .validate(spec.path("volumes"), path.child("volumes"));
        Set<String> claims = claims(path.child("resourceClaims"));
        new ContainerValidation(spec, volumes, claims, errors).validate(path);
        ResourceValidation.ofPod(spec, claims, path, errors);
        hostPorts(path.child("containers"));
        FieldChecks.requiredOneOf(
                text(spec, "restartPolicy"),
                List.of("Always", "OnFailure", "Never"),
                path.child("restartPolicy"),
                errors);
        FieldChecks.requiredOneOf(text(spec, "dnsPolicy"), DNS_POLICIES, path.child("dnsPolicy"), errors);
        LabelSelectors.validateLabels(spec.path("nodeSelector"), path.child("nodeSelector"), errors);
        SecurityValidation.pod(spec, path.child("securityContext"), errors);
        AffinityValidation.affinity(spec.path("affinity"), path.child("affinity"), errors);
        dnsConfig(path.child("dnsConfig"));
        gates(path);
        AffinityValidation.spreadConstraints(
                spec.path("topologySpreadConstraints"), path.child("topologySpreadConstraints"), errors);
        WindowsOptionsValidation.hostProcess(spec, path, errors);
        hostUsers(path);
        hostnameOverride(path.child("hostnameOverride"));
        names(path);
        AffinityValidation.tolerations(spec.path("tolerations"), path.child("tolerations"), errors);
        hostAliases(path.child("hostAliases"));
        classes(path);
        WindowsOptionsValidation.operatingSystem(spec, path, errors);
        schedulingGroup(path.child("schedulingGroup").child("podGroupName"));
        fileReferences(path);
    }

    private Set<String> claims(FieldPath path) {
        Set<String> known = new HashSet<>();
        List<ObjectNode> claims = objects(spec.path("resourceClaims"));
        for (int i = 0; i < claims.size(); i++) {
            ObjectNode claim = claims.get(i);
            FieldPath at = path.index(i);
            if (metadata.path("annotations").has(PodAnnotations.MIRROR)) {
                errors.forbidden(FieldPath.of(""), "static pods do not support resource claims");
                continue;
            }
            String name = text(claim, "name");
            if (name.isEmpty()) {
                errors.required(at.child("name"), "");
            } else if (!known.add(name)) {
                errors.duplicate(at.child("name"), name);
            } else {
                FieldChecks.dnsLabel(name, at.child("name"), errors);
            }
            boolean direct = claim.has("resourceClaimName");
            boolean template = claim.has("resourceClaimTemplateName");
            if (direct && template) {
                errors.invalid(
                        at,
                        InternalForm.of("core.PodResourceClaim", claim),
                        "at most one of `resourceClaimName` or `resourceClaimTemplateName` may be specified");
            }
            if (!direct && !template) {
                errors.invalid(
                        at,
                        InternalForm.of("core.PodResourceClaim", claim),
                        "must specify one of: `resourceClaimName`, `resourceClaimTemplateName`");
            }
            for (String field : List.of("resourceClaimName", "resourceClaimTemplateName")) {
                if (claim.has(field)) {
                    FieldChecks.dnsSubdomain(text(claim, field), at.child(field), errors);
                }
            }
        }
        return known;
    }

    private void hostPorts(FieldPath path) {
        if (!flag(spec, "hostNetwork")) {
            return;
        }
        List<ObjectNode> containers = objects(spec.path("containers"));
        for (int i = 0; i < containers.size(); i++) {
            int j = 0;
            for (ObjectNode port : objects(containers.get(i).path("ports"))) {
                long hostPort = number(port, "hostPort");
                if ((pod || hostPort != 0) && hostPort != number(port, "containerPort")) {
                    errors.invalid(
                            path.index(i).child("ports").index(j).child("hostPort"),
                            hostPort,
                            "must match `containerPort` when `hostNetwork` is true");
                }
                j++;
            }
        }
    }

    private void dnsConfig(FieldPath path) {
        JsonNode config = spec.path("dnsConfig");
        List<String> servers = texts(config.path("nameservers"));
        if (text(spec, "dnsPolicy").equals("None")) {
            if (config.isMissingNode()) {
                errors.required(path, "must provide `dnsConfig` when `dnsPolicy` is None");
                return;
            }
            if (servers.isEmpty()) {
                errors.required(
                        path.child("nameservers"), "must provide at least one DNS nameserver when `dnsPolicy` is None");
                return;
            }
        }
        if (servers.size() > 3) {
            errors.invalid(
                    path.child("nameservers"), config.path("nameservers"), "must not have more than 3 nameservers");
        }
        for (int i = 0; i < servers.size(); i++) {
            ip(servers.get(i), path.child("nameservers").index(i));
        }
        List<String> searches = texts(config.path("searches"));
        if (searches.size() > 32) {
            errors.invalid(path.child("searches"), config.path("searches"), "must not have more than 32 search paths");
        }
        if (String.join(" ", searches).length() > 2048) {
            errors.invalid(
                    path.child("searches"),
                    config.path("searches"),
                    "must not have more than 2048 characters (including spaces) in the search list");
        }
        for (int i = 0; i < searches.size(); i++) {
            String search = searches.get(i);
            if (!search.equals(".")) {
                String bare = search.endsWith(".") ? search.substring(0, search.length() - 1) : search;
                errors.invalidEach(path.child("searches").index(i), bare, Names.dnsSubdomainWithUnderscore(bare));
            }
        }
        int i = 0;
        for (ObjectNode option : objects(config.path("options"))) {
            if (text(option, "name").isEmpty()) {
                errors.required(path.child("options").index(i), "must not be empty");
            }
            i++;
        }
    }

    private void ip(String address, FieldPath path) {
        if (IpAddress.parse(address).isEmpty()) {
            errors.invalid(path, address, "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)");
        }
    }

    private void gates(FieldPath path) {
        int i = 0;
        for (ObjectNode gate : objects(spec.path("readinessGates"))) {
            FieldChecks.qualifiedName(
                    text(gate, "conditionType"),
                    path.child("readinessGates").index(i++).child("conditionType"),
                    errors);
        }
        Set<String> seen = new HashSet<>();
        i = 0;
        for (ObjectNode gate : objects(spec.path("schedulingGates"))) {
            FieldPath at = path.child("schedulingGates").index(i++);
            String name = text(gate, "name");
            FieldChecks.qualifiedName(name, at, errors);
            if (!seen.add(name)) {
                errors.duplicate(at, name);
            }
        }
    }

    private void hostUsers(FieldPath path) {
        if (spec.path("hostUsers").asBoolean(true)) {
            return;
        }
        for (String field : List.of("hostNetwork", "hostPID", "hostIPC")) {
            if (flag(spec, field)) {
                String shown = field.equals("hostNetwork") ? field : "H" + field.substring(1);
                errors.forbidden(path.child(shown), "when `hostUsers` is false");
            }
        }
        ContainerVisitor.visit(spec, path, (container, at) -> {
            if (!container.path("volumeDevices").isEmpty()) {
                errors.forbidden(at.child("volumeDevices"), "when `hostUsers` is false");
            }
        });
    }

    private void hostnameOverride(FieldPath path) {
        if (!spec.has("hostnameOverride")) {
            return;
        }
        if (flag(spec, "setHostnameAsFQDN")) {
            errors.forbidden(path, "may not be specified when setHostnameAsFQDN is true");
        }
        if (flag(spec, "hostNetwork")) {
            errors.forbidden(path, "may not be specified when hostNetwork is true");
        }
        String name = text(spec, "hostnameOverride");
        if (name.length() > 64) {
            errors.tooLong(path, 64);
        }
        FieldChecks.dnsSubdomain(name, path, errors);
    }

    private void names(FieldPath path) {
        for (String field : List.of("serviceAccountName", "nodeName")) {
            if (!text(spec, field).isEmpty()) {
                FieldChecks.dnsSubdomain(text(spec, field), path.child(field), errors);
            }
        }
        FieldChecks.inRange(
                spec.path("activeDeadlineSeconds"), 1, Integer.MAX_VALUE, path.child("activeDeadlineSeconds"), errors);
        for (String field : List.of("hostname", "subdomain")) {
            if (!text(spec, field).isEmpty()) {
                FieldChecks.dnsLabel(text(spec, field), path.child(field), errors);
            }
        }
    }

    private void hostAliases(FieldPath path) {
        int i = 0;
        for (ObjectNode alias : objects(spec.path("hostAliases"))) {
            FieldPath at = path.index(i++);
            ip(text(alias, "ip"), at.child("ip"));
            List<String> hostnames = texts(alias.path("hostnames"));
            for (int j = 0; j < hostnames.size(); j++) {
                FieldChecks.dnsSubdomain(hostnames.get(j), at.child("hostnames").index(j), errors);
            }
        }
    }

    private void classes(FieldPath path) {
        if (!text(spec, "priorityClassName").isEmpty()) {
            FieldChecks.dnsSubdomain(text(spec, "priorityClassName"), path.child("priorityClassName"), errors);
        }
        if (spec.has("runtimeClassName")) {
            FieldChecks.dnsSubdomain(text(spec, "runtimeClassName"), path.child("runtimeClassName"), errors);
        }
        if (spec.has("preemptionPolicy")) {
            FieldChecks.requiredOneOf(
                    text(spec, "preemptionPolicy"),
                    List.of("PreemptLowerPriority", "Never"),
                    path.child("preemptionPolicy"),
                    errors);
        }
        ResourceValidation.overhead(spec.path("overhead"), path.child("overhead"), errors);
    }

    private void schedulingGroup(FieldPath path) {
        JsonNode group = spec.path("schedulingGroup");
        if (group.isMissingNode()) {
            return;
        }
        if (!group.has("podGroupName")) {
            errors.invalid(path, null, "must specify one of: `podGroupName`");
        } else {
            FieldChecks.dnsSubdomain(text(group, "podGroupName"), path, errors);
        }
    }

    private void fileReferences(FieldPath path) {
        Map<String, ObjectNode> volumes = new HashMap<>();
        objects(spec.path("volumes")).forEach(v -> volumes.put(text(v, "name"), v));
        ContainerVisitor.visit(spec, path, (container, at) -> {
            int i = 0;
            for (ObjectNode variable : objects(container.path("env"))) {
                FieldPath env = at.child("env").index(i++);
                JsonNode ref = variable.path("valueFrom").path("fileKeyRef");
                if (ref.isMissingNode()) {
                    continue;
                }
                FieldPath volumePath =
                        env.child("valueFrom").child("fileKeyRef").child("volumeName");
                String name = text(ref, "volumeName");
                ObjectNode volume = volumes.get(name);
                if (volume == null) {
                    errors.notFound(volumePath, name);
                } else if (!volume.has("emptyDir")) {
                    errors.invalid(volumePath, name, "referenced volume must be of type emptyDir");
                }
            }
        });
    }
}
