package io.kybern.apiserver.registry.podspec;

import static io.kybern.crd.resource.Trees.number;
import static io.kybern.crd.resource.Trees.objects;
import static io.kybern.crd.resource.Trees.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.crd.field.FieldChecks;
import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.field.FieldPath;
import io.kybern.crd.name.Names;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The three lists of containers of a pod spec. */
final class ContainerValidation {
    static final List<String> PULL_POLICIES = List.of("Always", "IfNotPresent", "Never");

    private static final List<String> MESSAGE_POLICIES = List.of("File", "FallbackToLogsOnError");
    private static final List<String> PROTOCOLS = List.of("SCTP", "TCP", "UDP");
    private static final List<String> RESTART_POLICIES = List.of("Always", "Never", "OnFailure");
    private static final List<String> RESTART_ACTIONS = List.of("Restart", "RestartAllContainers");
    private static final List<String> ONLY_SIDECARS =
            List.of("lifecycle", "livenessProbe", "readinessProbe", "startupProbe");
    private static final Set<String> EPHEMERAL_FIELDS = Set.of(
            "name",
            "image",
            "command",
            "args",
            "workingDir",
            "envFrom",
            "env",
            "volumeMounts",
            "volumeDevices",
            "terminationMessagePath",
            "terminationMessagePolicy",
            "imagePullPolicy",
            "securityContext",
            "stdin",
            "stdinOnce",
            "tty",
            "targetContainerName");

    private final JsonNode spec;
    private final Map<String, ObjectNode> volumes;
    private final Set<String> claims;
    private final FieldErrors errors;
    private final long gracePeriod;
    private final String os;
    private final boolean hostUsers;

    ContainerValidation(JsonNode spec, Map<String, ObjectNode> volumes, Set<String> claims, FieldErrors errors) {
        this.spec = spec;
        this.volumes = volumes;
        this.claims = claims;
        this.errors = errors;
        this.gracePeriod = number(spec, "terminationGracePeriodSeconds");
        this.os = text(spec, "os", "name");
        this.hostUsers = spec.path("hostUsers").asBoolean(true);
    }

    void validate(FieldPath path) {
        regular(path.child("containers"));
        init(path.child("initContainers"));
        ephemeral(path.child("ephemeralContainers"));
    }

    private void regular(FieldPath path) {
        List<ObjectNode> containers = objects(spec.path("containers"));
        if (containers.isEmpty()) {
            errors.required(path, "");
            return;
        }
        Set<String> names = new HashSet<>();
        for (int i = 0; i < containers.size(); i++) {
            ObjectNode container = containers.get(i);
            FieldPath at = path.index(i);
            common(container, at);
            if (!names.add(text(container, "name"))) {
                errors.duplicate(at.child("name"), text(container, "name"));
            }
            HandlerValidation.lifecycle(container.path("lifecycle"), os, gracePeriod, at.child("lifecycle"), errors);
            HandlerValidation.probes(container, gracePeriod, at, errors);
            restartPolicy(container, at);
        }
        hostPorts(containers, path);
    }

    private void init(FieldPath path) {
        Set<String> names = new HashSet<>();
        objects(spec.path("containers")).forEach(c -> names.add(text(c, "name")));
        List<ObjectNode> containers = objects(spec.path("initContainers"));
        for (int i = 0; i < containers.size(); i++) {
            ObjectNode container = containers.get(i);
            FieldPath at = path.index(i);
            common(container, at);
            restartPolicy(container, at);
            String name = text(container, "name");
            if (names.contains(name)) {
                errors.duplicate(at.child("name"), name);
            } else if (!name.isEmpty()) {
                names.add(name);
            }
            hostPorts(List.of(container), path);
            if (text(container, "restartPolicy").equals("Always")) {
                HandlerValidation.lifecycle(
                        container.path("lifecycle"), os, gracePeriod, at.child("lifecycle"), errors);
                HandlerValidation.probes(container, gracePeriod, at, errors);
            } else {
                ONLY_SIDECARS.stream()
                        .filter(container::has)
                        .forEach(f -> errors.forbidden(
                                at.child(f), "may not be set for init containers without restartPolicy=Always"));
                noRestartOnResize(container, at.child("resizePolicy"));
            }
        }
    }

    private void noRestartOnResize(ObjectNode container, FieldPath path) {
        int i = 0;
        for (ObjectNode policy : objects(container.path("resizePolicy"))) {
            if (text(policy, "restartPolicy").equals("RestartContainer")) {
                errors.invalid(
                        path.index(i).child("restartPolicy"),
                        text(policy, "restartPolicy"),
                        "must not be set to 'RestartContainer' for non-sidecar initContainers");
            }
            i++;
        }
    }

    private void ephemeral(FieldPath path) {
        Set<String> others = new HashSet<>();
        objects(spec.path("containers")).forEach(c -> others.add(text(c, "name")));
        objects(spec.path("initContainers")).forEach(c -> others.add(text(c, "name")));
        Set<String> names = new HashSet<>(others);
        int i = 0;
        for (ObjectNode container : objects(spec.path("ephemeralContainers"))) {
            FieldPath at = path.index(i++);
            common(container, at);
            imageHasNoSpaces(container, at, errors);
            if (!names.add(text(container, "name"))) {
                errors.duplicate(at.child("name"), text(container, "name"));
            }
            String target = text(container, "targetContainerName");
            if (!target.isEmpty() && !others.contains(target)) {
                errors.notFound(at.child("targetContainerName"), target);
            }
            container
                    .propertyStream()
                    .filter(e -> !EPHEMERAL_FIELDS.contains(e.getKey()))
                    .filter(e ->
                            !(e.getValue().isContainerNode() && e.getValue().isEmpty()))
                    .forEach(e -> errors.forbidden(at.child(e.getKey()), "cannot be set for an Ephemeral Container"));
            int j = 0;
            for (ObjectNode mount : objects(container.path("volumeMounts"))) {
                FieldPath mountPath = at.child("volumeMounts").index(j++);
                for (String field : List.of("subPath", "subPathExpr")) {
                    if (!text(mount, field).isEmpty()) {
                        errors.forbidden(mountPath.child(field), "cannot be set for an Ephemeral Container");
                    }
                }
            }
        }
    }

    /** Pods, but not templates, refuse an image name with spaces around it. */
    static void imageHasNoSpaces(ObjectNode container, FieldPath path, FieldErrors errors) {
        String image = text(container, "image");
        if (!image.strip().equals(image)) {
            errors.invalid(path.child("image"), image, "must not have leading or trailing whitespace");
        }
    }

    private void common(ObjectNode container, FieldPath path) {
        String name = text(container, "name");
        if (name.isEmpty()) {
            errors.required(path.child("name"), "");
        } else {
            FieldChecks.dnsLabel(name, path.child("name"), errors);
        }
        FieldChecks.required(container, "image", path, errors);
        FieldChecks.requiredOneOf(
                text(container, "terminationMessagePolicy"),
                MESSAGE_POLICIES,
                path.child("terminationMessagePolicy"),
                errors);
        ports(container, path.child("ports"));
        EnvironmentValidation.variables(container.path("env"), path.child("env"), errors);
        EnvironmentValidation.sources(container.path("envFrom"), path.child("envFrom"), errors);
        MountValidation.validate(container, volumes, path, errors);
        FieldChecks.requiredOneOf(
                text(container, "imagePullPolicy"), PULL_POLICIES, path.child("imagePullPolicy"), errors);
        ResourceValidation.ofContainer(container.path("resources"), claims, path.child("resources"), errors);
        resizePolicy(container, path.child("resizePolicy"));
        SecurityValidation.container(
                container.path("securityContext"), hostUsers, path.child("securityContext"), errors);
    }

    private void ports(ObjectNode container, FieldPath path) {
        Set<String> names = new HashSet<>();
        int i = 0;
        for (ObjectNode port : objects(container.path("ports"))) {
            FieldPath at = path.index(i++);
            String name = text(port, "name");
            List<String> complaints = name.isEmpty() ? List.of() : Names.portName(name);
            errors.invalidEach(at.child("name"), name, complaints);
            if (!name.isEmpty() && complaints.isEmpty() && !names.add(name)) {
                errors.duplicate(at.child("name"), name);
            }
            long number = number(port, "containerPort");
            if (number == 0) {
                errors.required(at.child("containerPort"), "");
            } else {
                errors.invalidEach(at.child("containerPort"), number, Names.portNumber(number));
            }
            long hostPort = number(port, "hostPort");
            if (hostPort != 0) {
                errors.invalidEach(at.child("hostPort"), hostPort, Names.portNumber(hostPort));
            }
            FieldChecks.requiredOneOf(text(port, "protocol"), PROTOCOLS, at.child("protocol"), errors);
        }
    }

    private void hostPorts(List<ObjectNode> containers, FieldPath path) {
        Set<String> taken = new HashSet<>();
        for (int i = 0; i < containers.size(); i++) {
            int j = 0;
            for (ObjectNode port : objects(containers.get(i).path("ports"))) {
                FieldPath at = path.index(i).child("ports").index(j++).child("hostPort");
                long number = number(port, "hostPort");
                String key = text(port, "protocol") + "/" + text(port, "hostIP") + "/" + number;
                if (number != 0 && !taken.add(key)) {
                    errors.duplicate(at, key);
                }
            }
        }
    }

    private void resizePolicy(ObjectNode container, FieldPath path) {
        Set<String> resources = new HashSet<>();
        int i = 0;
        for (ObjectNode policy : objects(container.path("resizePolicy"))) {
            String resource = text(policy, "resourceName");
            String restart = text(policy, "restartPolicy");
            if (!resources.add(resource)) {
                errors.duplicate(path.index(i), resource);
            }
            i++;
            FieldChecks.requiredOneOf(resource, List.of("cpu", "memory"), path, errors);
            FieldChecks.requiredOneOf(restart, List.of("NotRequired", "RestartContainer"), path, errors);
            if (text(spec, "restartPolicy").equals("Never") && !restart.equals("NotRequired")) {
                errors.invalid(path, restart, "must be 'NotRequired' when pod `restartPolicy` is 'Never'");
            }
        }
    }

    private void restartPolicy(ObjectNode container, FieldPath path) {
        List<ObjectNode> rules = objects(container.path("restartPolicyRules"));
        FieldPath at = path.child("restartPolicy");
        if (!container.has("restartPolicy")) {
            if (!rules.isEmpty()) {
                errors.required(at, "must specify restartPolicy when restart rules are used");
            }
        } else {
            FieldChecks.oneOf(text(container, "restartPolicy"), RESTART_POLICIES, at, errors);
        }
        FieldPath rulesPath = path.child("restartPolicyRules");
        if (rules.size() > 20) {
            errors.tooMany(rulesPath, rules.size(), 20);
        }
        for (int i = 0; i < rules.size(); i++) {
            JsonNode rule = rules.get(i);
            FieldPath rulePath = rulesPath.index(i);
            FieldChecks.oneOf(text(rule, "action"), RESTART_ACTIONS, rulePath.child("action"), errors);
            FieldPath codes = rulePath.child("exitCodes");
            if (!rule.has("exitCodes")) {
                errors.required(codes, "must be specified");
                continue;
            }
            FieldChecks.oneOf(
                    text(rule, "exitCodes", "operator"), List.of("In", "NotIn"), codes.child("operator"), errors);
            int values = rule.path("exitCodes").path("values").size();
            if (values > 255) {
                errors.tooMany(codes.child("values"), values, 255);
            }
        }
    }
}
