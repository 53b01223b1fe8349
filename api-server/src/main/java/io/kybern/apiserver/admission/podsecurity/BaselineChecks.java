package io.kybern.apiserver.admission.podsecurity;

import static io.kybern.apiserver.admission.podsecurity.SecuredPod.context;
import static io.kybern.apiserver.admission.podsecurity.SecuredPod.name;
import static io.kybern.crd.resource.Trees.at;
import static io.kybern.crd.resource.Trees.flag;
import static io.kybern.crd.resource.Trees.number;
import static io.kybern.crd.resource.Trees.objects;
import static io.kybern.crd.resource.Trees.text;
import static io.kybern.crd.resource.Trees.texts;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.crd.field.FieldErrors;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** What the level {@code baseline} forbids. */
final class BaselineChecks {
    private static final Set<String> DEFAULT_CAPABILITIES = Set.of(
            "AUDIT_WRITE",
            "CHOWN",
            "DAC_OVERRIDE",
            "FOWNER",
            "FSETID",
            "KILL",
            "MKNOD",
            "NET_BIND_SERVICE",
            "SETFCAP",
            "SETGID",
            "SETPCAP",
            "SETUID",
            "SYS_CHROOT");
    private static final Set<String> PROFILES = Set.of("RuntimeDefault", "Localhost");
    private static final String APPARMOR = "container.apparmor.security.beta.kubernetes.io/";
    private static final String SECCOMP_POD = "seccomp.security.alpha.kubernetes.io/pod";
    private static final String SECCOMP_CONTAINER = "container.seccomp.security.alpha.kubernetes.io/";

    private BaselineChecks() {}

    static Optional<Finding> hostNamespaces(SecuredPod pod) {
        List<String> used = new ArrayList<>();
        for (String field : List.of("hostNetwork", "hostPID", "hostIPC")) {
            if (flag(pod.spec(), field)) {
                used.add(field + "=true");
            }
        }
        return used.isEmpty() ? Optional.empty() : Optional.of(new Finding("host namespaces", String.join(", ", used)));
    }

    static Optional<Finding> privileged(SecuredPod pod) {
        Offenders bad = new Offenders();
        for (ObjectNode container : pod.containers()) {
            if (flag(context(container), "privileged")) {
                bad.container(name(container));
            }
        }
        return finding(bad, "privileged", bad.containers() + " must not set securityContext.privileged=true");
    }

    static Optional<Finding> capabilities(SecuredPod pod) {
        Offenders bad = new Offenders();
        for (ObjectNode container : pod.containers()) {
            List<String> added = new ArrayList<>(texts(at(context(container), "capabilities", "add")));
            added.removeAll(DEFAULT_CAPABILITIES);
            if (!added.isEmpty()) {
                bad.container(name(container));
                added.forEach(bad::value);
            }
        }
        return finding(
                bad,
                "non-default capabilities",
                bad.containers() + " must not include " + bad.quotedValues() + " in securityContext.capabilities.add");
    }

    static Optional<Finding> hostPathVolumes(SecuredPod pod) {
        List<String> volumes = objects(pod.spec().path("volumes")).stream()
                .filter(v -> v.has("hostPath"))
                .map(SecuredPod::name)
                .toList();
        return volumes.isEmpty()
                ? Optional.empty()
                : Optional.of(new Finding(
                        "hostPath volumes",
                        Offenders.plural("volume", volumes.size()) + " " + Offenders.quoted(volumes)));
    }

    static Optional<Finding> hostPorts(SecuredPod pod) {
        Offenders bad = new Offenders();
        for (ObjectNode container : pod.containers()) {
            List<ObjectNode> ports = objects(container.path("ports")).stream()
                    .filter(p -> number(p, "hostPort") != 0)
                    .toList();
            if (!ports.isEmpty()) {
                bad.container(name(container));
                ports.forEach(p -> bad.value(Long.toString(number(p, "hostPort"))));
            }
        }
        String ports = Offenders.plural("hostPort", bad.values().size());
        return finding(
                bad, "hostPort", bad.containers() + use(bad.count()) + ports + " " + String.join(", ", bad.values()));
    }

    static Optional<Finding> probeHosts(SecuredPod pod) {
        Set<String> containers = new TreeSet<>();
        Set<String> hosts = new TreeSet<>();
        for (ObjectNode container : pod.containers()) {
            Set<String> own = new TreeSet<>();
            for (String probe : List.of("livenessProbe", "readinessProbe", "startupProbe")) {
                addHosts(container.path(probe), own);
            }
            addHosts(at(container, "lifecycle", "postStart"), own);
            addHosts(at(container, "lifecycle", "preStop"), own);
            if (!own.isEmpty()) {
                containers.add(name(container));
                hosts.addAll(own);
            }
        }
        return containers.isEmpty()
                ? Optional.empty()
                : Optional.of(new Finding(
                        "probe or lifecycle host",
                        Offenders.plural("container", containers.size()) + " " + Offenders.quoted(containers)
                                + use(containers.size())
                                + Offenders.plural("probe or lifecycle host", hosts.size()) + " "
                                + Offenders.quoted(hosts)));
    }

    private static void addHosts(JsonNode handler, Set<String> hosts) {
        for (String kind : List.of("httpGet", "tcpSocket")) {
            String host = text(handler, kind, "host");
            if (!host.isEmpty()) {
                hosts.add(host);
            }
        }
    }

    static Optional<Finding> appArmor(SecuredPod pod) {
        Offenders bad = new Offenders();
        profiles(pod, "appArmorProfile", bad);
        List<String> annotations = new ArrayList<>();
        pod.metadata().path("annotations").properties().forEach(e -> {
            String profile = e.getValue().asText();
            boolean good = profile.isEmpty() || profile.equals("runtime/default") || profile.startsWith("localhost/");
            if (e.getKey().startsWith(APPARMOR) && !good) {
                annotations.add(e.getKey() + "=" + FieldErrors.quote(profile));
            }
        });
        annotations.sort(null);
        List<String> values = new ArrayList<>(bad.values());
        values.addAll(annotations);
        List<String> setters = new ArrayList<>();
        if (!bad.isEmpty()) {
            setters.add(bad.setters());
        }
        if (!annotations.isEmpty()) {
            setters.add(Offenders.plural("annotation", annotations.size()));
        }
        return setters.isEmpty()
                ? Optional.empty()
                : Optional.of(new Finding(
                        Offenders.plural("forbidden AppArmor profile", values.size()),
                        String.join(" and ", setters) + " must not set AppArmor profile type to "
                                + Offenders.quoted(values)));
    }

    /** Notes who has a profile of this kind that is none of those allowed. */
    static void profiles(SecuredPod pod, String field, Offenders bad) {
        JsonNode own = pod.context().path(field);
        if (own.isObject() && !PROFILES.contains(text(own, "type"))) {
            bad.pod(text(own, "type"));
        }
        for (ObjectNode container : pod.containers()) {
            JsonNode profile = context(container).path(field);
            if (profile.isObject() && !PROFILES.contains(text(profile, "type"))) {
                bad.container(name(container), text(profile, "type"));
            }
        }
    }

    static Optional<Finding> seccomp(SecuredPod pod) {
        Offenders bad = new Offenders();
        profiles(pod, "seccompProfile", bad);
        return finding(
                bad,
                "seccompProfile",
                bad.setters() + " must not set securityContext.seccompProfile.type to " + bad.quotedValues());
    }

    /** Before there was a field. */
    static Optional<Finding> seccompAnnotations(SecuredPod pod) {
        Set<String> forbidden = new TreeSet<>();
        List<String> names = new ArrayList<>(List.of(SECCOMP_POD));
        pod.containers().forEach(c -> names.add(SECCOMP_CONTAINER + name(c)));
        JsonNode annotations = pod.metadata().path("annotations");
        for (String annotation : names) {
            String value = annotations.path(annotation).asText("");
            boolean good = value.isEmpty()
                    || value.equals("runtime/default")
                    || value.equals("docker/default")
                    || value.startsWith("localhost/");
            if (!good) {
                forbidden.add(annotation + "=" + FieldErrors.quote(value));
            }
        }
        return forbidden.isEmpty()
                ? Optional.empty()
                : Optional.of(new Finding(
                        "seccompProfile",
                        "forbidden " + Offenders.plural("annotation", forbidden.size()) + " "
                                + String.join(", ", forbidden)));
    }

    static Optional<Finding> procMount(SecuredPod pod) {
        Offenders bad = new Offenders();
        for (ObjectNode container : pod.containers()) {
            String mount = text(context(container), "procMount");
            if (!mount.isEmpty() && !mount.equals("Default")) {
                bad.container(name(container), mount);
            }
        }
        return finding(
                bad,
                "procMount",
                bad.containers() + " must not set securityContext.procMount to " + bad.quotedValues());
    }

    static Optional<Finding> procMountOfNodeUsers(SecuredPod pod) {
        return pod.hasUserNamespace() ? Optional.empty() : procMount(pod);
    }

    static SecurityCheck seLinux(Set<String> types) {
        return pod -> seLinux(pod, types);
    }

    private static Optional<Finding> seLinux(SecuredPod pod, Set<String> types) {
        Offenders bad = new Offenders();
        Set<String> badTypes = new TreeSet<>();
        Set<String> fields = new TreeSet<>();
        if (isBad(pod.context().path("seLinuxOptions"), types, badTypes, fields)) {
            bad.pod("");
        }
        for (ObjectNode container : pod.containers()) {
            if (isBad(context(container).path("seLinuxOptions"), types, badTypes, fields)) {
                bad.container(name(container));
            }
        }
        List<String> what = new ArrayList<>();
        if (!badTypes.isEmpty()) {
            what.add(Offenders.plural("type", badTypes.size()) + " " + Offenders.quoted(badTypes));
        }
        for (String field : List.of("user", "role")) {
            if (fields.contains(field)) {
                what.add(field + " may not be set");
            }
        }
        return finding(
                bad,
                "seLinuxOptions",
                bad.setters() + " set forbidden securityContext.seLinuxOptions: " + String.join("; ", what));
    }

    private static boolean isBad(JsonNode options, Set<String> types, Set<String> badTypes, Set<String> fields) {
        boolean bad = false;
        if (options.isObject() && !types.contains(text(options, "type"))) {
            badTypes.add(text(options, "type"));
            bad = true;
        }
        for (String field : List.of("user", "role")) {
            if (!text(options, field).isEmpty()) {
                fields.add(field);
                bad = true;
            }
        }
        return bad;
    }

    static SecurityCheck sysctls(Set<String> allowed) {
        return pod -> {
            List<String> forbidden = objects(pod.context().path("sysctls")).stream()
                    .map(SecuredPod::name)
                    .filter(n -> !allowed.contains(n))
                    .toList();
            return forbidden.isEmpty()
                    ? Optional.empty()
                    : Optional.of(new Finding("forbidden sysctls", String.join(", ", forbidden)));
        };
    }

    static Optional<Finding> windowsHostProcess(SecuredPod pod) {
        Offenders bad = new Offenders();
        if (flag(pod.context(), "windowsOptions", "hostProcess")) {
            bad.pod("");
        }
        for (ObjectNode container : pod.containers()) {
            if (flag(context(container), "windowsOptions", "hostProcess")) {
                bad.container(name(container));
            }
        }
        return finding(
                bad, "hostProcess", bad.setters() + " must not set securityContext.windowsOptions.hostProcess=true");
    }

    static Optional<Finding> finding(Offenders bad, String reason, String detail) {
        return bad.isEmpty() ? Optional.empty() : Optional.of(new Finding(reason, detail));
    }

    static String use(int count) {
        return count == 1 ? " uses " : " use ";
    }
}
