package io.kybern.apiserver.registry.podspec;

import static io.kybern.crd.resource.Trees.at;
import static io.kybern.crd.resource.Trees.number;
import static io.kybern.crd.resource.Trees.objects;
import static io.kybern.crd.resource.Trees.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.field.FieldPath;
import io.kybern.crd.name.Names;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Warnings about pods and templates that are valid but probably not meant. Source: {@code pkg/api/pod/warnings.go}. */
public final class PodWarnings {
    private static final Map<String, String> OLD_LABELS = Map.of(
            "beta.kubernetes.io/arch", "deprecated since v1.14; use \"kubernetes.io/arch\" instead",
            "beta.kubernetes.io/os", "deprecated since v1.14; use \"kubernetes.io/os\" instead",
            "failure-domain.beta.kubernetes.io/region",
                    "deprecated since v1.17; use \"topology.kubernetes.io/region\" instead",
            "failure-domain.beta.kubernetes.io/zone",
                    "deprecated since v1.17; use \"topology.kubernetes.io/zone\" instead",
            "beta.kubernetes.io/instance-type",
                    "deprecated since v1.17; use \"node.kubernetes.io/instance-type\" instead");
    private static final List<Map.Entry<String, String>> OLD_ANNOTATIONS = List.of(
            Map.entry(
                    "scheduler.alpha.kubernetes.io/critical-pod",
                    "non-functional in v1.16+; use the \"priorityClassName\" field instead"),
            Map.entry(
                    "security.alpha.kubernetes.io/sysctls",
                    "non-functional in v1.11+; use the \"sysctls\" field instead"),
            Map.entry(
                    "security.alpha.kubernetes.io/unsafe-sysctls",
                    "non-functional in v1.11+; use the \"sysctls\" field instead"));
    private static final List<Map.Entry<String, String>> OLD_VOLUMES = List.of(
            Map.entry("photonPersistentDisk", "deprecated in v1.11, non-functional in v1.16+"),
            Map.entry("gitRepo", "deprecated in v1.11, and disabled by default in v1.33+"),
            Map.entry("scaleIO", "deprecated in v1.16, non-functional in v1.22+"),
            Map.entry("flocker", "deprecated in v1.22, non-functional in v1.25+"),
            Map.entry("storageos", "deprecated in v1.22, non-functional in v1.25+"),
            Map.entry("quobyte", "deprecated in v1.22, non-functional in v1.25+"),
            Map.entry("glusterfs", "deprecated in v1.25, non-functional in v1.26+"),
            Map.entry("cephfs", "deprecated in v1.28, non-functional in v1.31+"),
            Map.entry("rbd", "deprecated in v1.28, non-functional in v1.31+"));
    private static final List<String> BYTES = List.of("memory", "ephemeral-storage");

    private final JsonNode spec;
    private final JsonNode annotations;
    private final String prefix;
    private final List<String> warnings = new ArrayList<>();

    private PodWarnings(JsonNode spec, JsonNode metadata, String prefix) {
        this.spec = spec;
        this.annotations = metadata.path("annotations");
        this.prefix = prefix;
    }

    public static List<String> ofPod(JsonNode pod) {
        return new PodWarnings(pod.path("spec"), pod.path("metadata"), "").all();
    }

    /** @param path of the template: {@code spec.template} */
    public static List<String> ofTemplate(JsonNode template, String path) {
        return new PodWarnings(template.path("spec"), template.path("metadata"), path + ".").all();
    }

    /** What a kind whose pods are named after it says of a name that is no DNS label. */
    public static List<String> ofOwnerName(JsonNode object) {
        List<String> complaints = Names.dnsLabel(text(object, "metadata", "name"));
        return complaints.isEmpty()
                ? List.of()
                : List.of("metadata.name: this is used in Pod names and hostnames, which can result in surprising"
                        + " behavior; a DNS label is recommended: [" + String.join(" ", complaints) + "]");
    }

    private List<String> all() {
        nodeLabels();
        spreadConstraints();
        OLD_ANNOTATIONS.stream()
                .filter(e -> annotations.has(e.getKey()))
                .forEach(e -> warn(annotation(e.getKey()), e.getValue()));
        volumes();
        VolumePathOverlaps.find(spec.path("volumes"), warnings);
        duplicates("hostAliases", "ip");
        duplicates("imagePullSecrets", "name");
        int i = 0;
        for (ObjectNode secret : objects(spec.path("imagePullSecrets"))) {
            if (text(secret, "name").isEmpty()) {
                warn("spec.imagePullSecrets[" + i + "].name", "invalid empty name \"\"");
            }
            i++;
        }
        fractions(spec.path("overhead"), "spec.overhead");
        if (!at(spec, "securityContext").has("seccompProfile") && annotations.has(PodAnnotations.SECCOMP_POD)) {
            warn(
                    annotation(PodAnnotations.SECCOMP_POD),
                    "non-functional in v1.27+; use the \"seccompProfile\" field instead");
        }
        ContainerVisitor.visit(spec, FieldPath.of("spec"), this::container);
        ports();
        if (number(spec, "terminationGracePeriodSeconds") < 0) {
            warn(
                    "spec.terminationGracePeriodSeconds",
                    "must be >= 0; negative values are invalid and will be treated as 1");
        }
        affinityTerms();
        return warnings;
    }

    private void warn(String path, String message) {
        warnings.add(prefix + path + ": " + message);
    }

    private static String annotation(String key) {
        return "metadata.annotations[" + key + "]";
    }

    private void nodeLabels() {
        spec.path("nodeSelector")
                .propertyStream()
                .filter(e -> OLD_LABELS.containsKey(e.getKey()))
                .forEach(e -> warn("spec.nodeSelector[" + e.getKey() + "]", OLD_LABELS.getOrDefault(e.getKey(), "")));
        JsonNode affinity = at(spec, "affinity", "nodeAffinity");
        int i = 0;
        for (ObjectNode term :
                objects(at(affinity, "requiredDuringSchedulingIgnoredDuringExecution", "nodeSelectorTerms"))) {
            nodeTerm(
                    term,
                    "spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[" + i++
                            + "]");
        }
        i = 0;
        for (ObjectNode term : objects(affinity.path("preferredDuringSchedulingIgnoredDuringExecution"))) {
            nodeTerm(
                    term.path("preference"),
                    "spec.affinity.nodeAffinity.preferredDuringSchedulingIgnoredDuringExecution[" + i++
                            + "].preference");
        }
    }

    private void nodeTerm(JsonNode term, String path) {
        int i = 0;
        for (ObjectNode expression : objects(term.path("matchExpressions"))) {
            String key = text(expression, "key");
            if (OLD_LABELS.containsKey(key)) {
                warn(path + ".matchExpressions[" + i + "].key", key + " is " + OLD_LABELS.getOrDefault(key, ""));
            }
            i++;
        }
    }

    private void spreadConstraints() {
        int i = 0;
        for (ObjectNode constraint : objects(spec.path("topologySpreadConstraints"))) {
            String path = "spec.topologySpreadConstraints[" + i++ + "]";
            String key = text(constraint, "topologyKey");
            if (OLD_LABELS.containsKey(key)) {
                warn(path + ".topologyKey", key + " is " + OLD_LABELS.getOrDefault(key, ""));
            }
            if (!constraint.has("labelSelector")) {
                warn(path + ".labelSelector", "a null labelSelector results in matching no pod");
            }
        }
    }

    private void volumes() {
        int i = 0;
        for (ObjectNode volume : objects(spec.path("volumes"))) {
            String path = "spec.volumes[" + i++ + "].";
            OLD_VOLUMES.stream()
                    .filter(e -> volume.has(e.getKey()))
                    .forEach(e ->
                            warn(path + (e.getKey().equals("storageos") ? "storageOS" : e.getKey()), e.getValue()));
        }
    }

    private void duplicates(String list, String field) {
        Set<String> seen = new HashSet<>();
        int i = 0;
        for (ObjectNode item : objects(spec.path(list))) {
            String value = text(item, field);
            if (!seen.add(value)) {
                warn("spec." + list + "[" + i + "]." + field, "duplicate " + field + " " + FieldErrors.quote(value));
            }
            i++;
        }
    }

    private void fractions(JsonNode list, String path) {
        for (String resource : BYTES) {
            if (list.has(resource)
                    && ResourceLists.quantity(list, resource)
                                    .milliValue()
                                    .mod(BigInteger.valueOf(1000))
                                    .signum()
                            != 0) {
                warn(
                        path + "[" + resource + "]",
                        "fractional byte value " + FieldErrors.quote(text(list, resource))
                                + " is invalid, must be an integer");
            }
        }
    }

    private void container(ObjectNode container, FieldPath path) {
        String seccomp = PodAnnotations.SECCOMP_CONTAINER + text(container, "name");
        JsonNode context = container.path("securityContext");
        if (!context.has("seccompProfile") && annotations.has(seccomp)) {
            warn(annotation(seccomp), "non-functional in v1.27+; use the \"seccompProfile\" field instead");
        }
        String appArmor = AppArmor.ANNOTATION + text(container, "name");
        if (!prefix.isEmpty() && !context.has("appArmorProfile") && annotations.has(appArmor)) {
            JsonNode pod = at(spec, "securityContext", "appArmorProfile");
            if (pod.isMissingNode() || !pod.equals(AppArmor.fieldOf(text(annotations, appArmor)))) {
                warn(annotation(appArmor), "deprecated since v1.30; use the \"appArmorProfile\" field instead");
            }
        }
        for (String resource : BYTES) {
            for (String kind : List.of("limits", "requests")) {
                JsonNode list = at(container, "resources", kind);
                if (list.has(resource)) {
                    JsonNode one = JsonNodeFactory.instance.objectNode().set(resource, list.get(resource));
                    fractions(one, path.child("resources").child(kind).toString());
                }
            }
        }
        Set<String> names = new HashSet<>();
        int i = 0;
        for (ObjectNode variable : objects(container.path("env"))) {
            String name = text(variable, "name");
            String reference = "$(" + name + ")";
            String value = text(variable, "value");
            boolean extendsIt = !variable.has("valueFrom") && !value.equals(reference) && value.contains(reference);
            if (!names.add(name) && !extendsIt) {
                warn(
                        path.child("env").index(i).toString(),
                        "hides previous definition of " + FieldErrors.quote(name)
                                + ", which may be dropped when using apply");
            }
            i++;
        }
    }

    private record Port(String path, String hostIp, long hostPort) {}

    private void ports() {
        Map<String, List<Port>> taken = new HashMap<>();
        ContainerVisitor.visit(spec, FieldPath.of("spec"), (container, path) -> {
            int i = 0;
            for (ObjectNode node : objects(container.path("ports"))) {
                Port port = new Port(
                        path.child("ports").index(i++).toString(), text(node, "hostIP"), number(node, "hostPort"));
                String key = number(node, "containerPort") + "/" + text(node, "protocol");
                List<Port> others = taken.computeIfAbsent(key, k -> new ArrayList<>());
                for (Port other : others) {
                    String problem = problem(port, other);
                    if (!problem.isEmpty()) {
                        warn(port.path, problem + " port definition with " + prefix + other.path);
                    }
                }
                others.add(port);
            }
        });
        Map<String, String> names = new HashMap<>();
        ContainerVisitor.visit(spec, FieldPath.of("spec"), (container, path) -> {
            int i = 0;
            for (ObjectNode port : objects(container.path("ports"))) {
                String at = path.child("ports").index(i++).toString();
                String name = text(port, "name");
                String other = name.isEmpty() ? null : names.putIfAbsent(name, at);
                if (other != null) {
                    warn(
                            at,
                            "duplicate port name " + FieldErrors.quote(name) + " with " + prefix + other
                                    + ", services and probes that select ports by name will use " + prefix + other);
                }
            }
        });
    }

    private static String problem(Port port, Port other) {
        if (port.hostIp.equals(other.hostIp) && port.hostPort == other.hostPort) {
            return "duplicate";
        }
        if (port.hostPort == 0 || other.hostPort == 0) {
            return "overlapping";
        }
        boolean oneForAll = port.hostIp.isEmpty() != other.hostIp.isEmpty();
        return port.hostPort == other.hostPort && oneForAll ? "dangerously ambiguous" : "";
    }

    private void affinityTerms() {
        for (String kind : List.of("podAffinity", "podAntiAffinity")) {
            JsonNode affinity = at(spec, "affinity", kind);
            String path = "spec.affinity." + kind + ".";
            terms(
                    affinity.path("requiredDuringSchedulingIgnoredDuringExecution"),
                    path + "requiredDuringSchedulingIgnoredDuringExecution",
                    false);
            terms(
                    affinity.path("preferredDuringSchedulingIgnoredDuringExecution"),
                    path + "preferredDuringSchedulingIgnoredDuringExecution",
                    true);
        }
    }

    private void terms(JsonNode list, String path, boolean weighted) {
        int i = 0;
        for (ObjectNode item : objects(list)) {
            JsonNode term = weighted ? item.path("podAffinityTerm") : item;
            if (!term.has("labelSelector")) {
                warn(
                        path + "[" + i + "]" + (weighted ? ".podAffinityTerm" : "") + ".labelSelector",
                        "a null labelSelector results in matching no pod");
            }
            i++;
        }
    }
}
