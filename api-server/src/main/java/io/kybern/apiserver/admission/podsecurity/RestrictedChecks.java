package io.kybern.apiserver.admission.podsecurity;

import static io.kybern.apiserver.admission.podsecurity.SecuredPod.context;
import static io.kybern.apiserver.admission.podsecurity.SecuredPod.name;
import static io.kybern.crd.resource.Trees.at;
import static io.kybern.crd.resource.Trees.has;
import static io.kybern.crd.resource.Trees.objects;
import static io.kybern.crd.resource.Trees.texts;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** What the level {@code restricted} forbids besides what {@code baseline} does. */
final class RestrictedChecks {
    private static final Set<String> VOLUMES = Set.of(
            "configMap",
            "csi",
            "downwardAPI",
            "emptyDir",
            "ephemeral",
            "image",
            "persistentVolumeClaim",
            "projected",
            "secret");

    private RestrictedChecks() {}

    /** A check that says nothing about pods for Windows. */
    static SecurityCheck onLinux(SecurityCheck check) {
        return pod -> pod.isWindows() ? Optional.empty() : check.check(pod);
    }

    /** A check that says nothing about pods whose users are not the node's. */
    static SecurityCheck ofNodeUsers(SecurityCheck check) {
        return pod -> pod.hasUserNamespace() ? Optional.empty() : check.check(pod);
    }

    static Optional<Finding> privilegeEscalation(SecuredPod pod) {
        Offenders bad = new Offenders();
        for (ObjectNode container : pod.containers()) {
            if (context(container).path("allowPrivilegeEscalation").asBoolean(true)) {
                bad.container(name(container));
            }
        }
        return BaselineChecks.finding(
                bad,
                "allowPrivilegeEscalation != false",
                bad.containers() + " must set securityContext.allowPrivilegeEscalation=false");
    }

    static Optional<Finding> capabilities(SecuredPod pod) {
        Offenders keeping = new Offenders();
        Offenders adding = new Offenders();
        for (ObjectNode container : pod.containers()) {
            JsonNode capabilities = context(container).path("capabilities");
            if (!texts(capabilities.path("drop")).contains("ALL")) {
                keeping.container(name(container));
            }
            List<String> added = new ArrayList<>(texts(capabilities.path("add")));
            added.remove("NET_BIND_SERVICE");
            if (!added.isEmpty()) {
                adding.container(name(container));
                added.forEach(adding::value);
            }
        }
        List<String> details = new ArrayList<>();
        if (!keeping.isEmpty()) {
            details.add(keeping.containers() + " must set securityContext.capabilities.drop=[\"ALL\"]");
        }
        if (!adding.isEmpty()) {
            details.add(adding.containers() + " must not include " + adding.quotedValues()
                    + " in securityContext.capabilities.add");
        }
        return details.isEmpty()
                ? Optional.empty()
                : Optional.of(new Finding("unrestricted capabilities", String.join("; ", details)));
    }

    static Optional<Finding> volumes(SecuredPod pod) {
        List<String> bad = new ArrayList<>();
        Set<String> types = new TreeSet<>();
        for (ObjectNode volume : objects(pod.spec().path("volumes"))) {
            List<String> sources = volume.propertyStream()
                    .map(e -> e.getKey())
                    .filter(f -> !f.equals("name"))
                    .toList();
            if (sources.stream().noneMatch(VOLUMES::contains)) {
                bad.add(name(volume));
                types.add(sources.isEmpty() ? "unknown" : sources.getFirst());
            }
        }
        return bad.isEmpty()
                ? Optional.empty()
                : Optional.of(new Finding(
                        "restricted volume types",
                        Offenders.plural("volume", bad.size()) + " " + Offenders.quoted(bad)
                                + BaselineChecks.use(bad.size())
                                + Offenders.plural("restricted volume type", types.size()) + " "
                                + Offenders.quoted(types)));
    }

    static Optional<Finding> runAsNonRoot(SecuredPod pod) {
        String reason = "runAsNonRoot != true";
        Offenders explicit = new Offenders();
        Offenders implicit = new Offenders();
        boolean set = pod.context().path("runAsNonRoot").asBoolean(false);
        if (pod.context().has("runAsNonRoot") && !set) {
            explicit.pod("");
        }
        for (ObjectNode container : pod.containers()) {
            JsonNode own = context(container).path("runAsNonRoot");
            if (own.isMissingNode() && !set) {
                implicit.container(name(container));
            } else if (!own.isMissingNode() && !own.asBoolean()) {
                explicit.container(name(container));
            }
        }
        if (!explicit.isEmpty()) {
            return Optional.of(
                    new Finding(reason, explicit.setters() + " must not set securityContext.runAsNonRoot=false"));
        }
        return BaselineChecks.finding(
                implicit, reason, "pod or " + implicit.containers() + " must set securityContext.runAsNonRoot=true");
    }

    static Optional<Finding> runAsUser(SecuredPod pod) {
        Offenders bad = new Offenders();
        if (isRoot(pod.context())) {
            bad.pod("");
        }
        for (ObjectNode container : pod.containers()) {
            if (isRoot(context(container))) {
                bad.container(name(container));
            }
        }
        return BaselineChecks.finding(bad, "runAsUser=0", bad.setters() + " must not set runAsUser=0");
    }

    private static boolean isRoot(JsonNode context) {
        return has(context, "runAsUser") && context.get("runAsUser").asLong() == 0;
    }

    static Optional<Finding> seccomp(SecuredPod pod) {
        Optional<Finding> explicit = BaselineChecks.seccomp(pod);
        if (explicit.isPresent()) {
            return explicit;
        }
        Offenders implicit = new Offenders();
        boolean set = has(pod.context(), "seccompProfile");
        for (ObjectNode container : pod.containers()) {
            if (!set && !has(at(context(container), "seccompProfile"))) {
                implicit.container(name(container));
            }
        }
        return BaselineChecks.finding(
                implicit,
                "seccompProfile",
                "pod or " + implicit.containers()
                        + " must set securityContext.seccompProfile.type to \"RuntimeDefault\" or \"Localhost\"");
    }
}
