package io.kybern.apiserver.registry.podspec;

import static io.kybern.crd.resource.Trees.at;
import static io.kybern.crd.resource.Trees.object;
import static io.kybern.crd.resource.Trees.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.field.FieldPath;
import java.util.function.Consumer;

/** AppArmor and seccomp profiles are fields now and were annotations once; both must say the same. Source: KEP-24. */
public final class AppArmor {
    static final String ANNOTATION = "container.apparmor.security.beta.kubernetes.io/";
    private static final String LOCALHOST = "localhost/";

    private AppArmor() {}

    static boolean isProfile(String value) {
        return value.isEmpty()
                || value.equals("runtime/default")
                || value.equals("unconfined")
                || value.startsWith(LOCALHOST);
    }

    /** The field that an annotation stands for; a missing node for a value that means nothing. */
    static JsonNode fieldOf(String annotation) {
        ObjectNode profile = JsonNodeFactory.instance.objectNode();
        if (annotation.equals("unconfined")) {
            return profile.put("type", "Unconfined");
        }
        if (annotation.equals("runtime/default")) {
            return profile.put("type", "RuntimeDefault");
        }
        if (annotation.startsWith(LOCALHOST)) {
            String name = annotation.substring(LOCALHOST.length());
            boolean valid = !name.isEmpty() && name.strip().equals(name) && name.length() <= 4095;
            return valid
                    ? profile.put("type", "Localhost").put("localhostProfile", name)
                    : JsonNodeFactory.instance.missingNode();
        }
        return JsonNodeFactory.instance.missingNode();
    }

    /** Copies annotations of a new pod to the fields of its containers that have none. */
    public static void applyAnnotations(ObjectNode pod, Consumer<String> warnings) {
        JsonNode annotations = at(pod, "metadata", "annotations");
        if (annotations.isEmpty() || text(pod, "spec", "os", "name").equals("windows")) {
            return;
        }
        JsonNode podProfile = at(pod, "spec", "securityContext", "appArmorProfile");
        ContainerVisitor.visit(pod.path("spec"), FieldPath.of("spec"), (container, path) -> {
            String key = ANNOTATION + text(container, "name");
            if (!annotations.has(key) || container.path("securityContext").has("appArmorProfile")) {
                return;
            }
            JsonNode profile = fieldOf(annotations.path(key).asText());
            boolean differs = !profile.isMissingNode() && !profile.equals(podProfile);
            if (differs) {
                object(container, "securityContext").set("appArmorProfile", profile);
            }
            if (differs || profile.isMissingNode()) {
                warnings.accept(FieldPath.of("metadata", "annotations").key(key)
                        + ": deprecated since v1.30; use the \"appArmorProfile\" field instead");
            }
        });
    }

    /** Complains where annotation and field of a container, or of the pod, differ. */
    public static void match(JsonNode annotations, JsonNode spec, FieldPath path, FieldErrors errors) {
        if (annotations.isEmpty()) {
            return;
        }
        JsonNode podSeccomp = at(spec, "securityContext", "seccompProfile");
        match(
                annotations.path(PodAnnotations.SECCOMP_POD),
                podSeccomp,
                "seccomp",
                path.child("securityContext").child("seccompProfile"),
                errors);
        ContainerVisitor.visit(
                spec,
                path,
                (container, containerPath) -> match(
                        annotations.path(PodAnnotations.SECCOMP_CONTAINER + text(container, "name")),
                        at(container, "securityContext", "seccompProfile"),
                        "seccomp",
                        containerPath.child("securityContext").child("seccompProfile"),
                        errors));
        if (text(spec, "os", "name").equals("windows")) {
            return;
        }
        JsonNode podProfile = at(spec, "securityContext", "appArmorProfile");
        ContainerVisitor.visit(spec, path, (container, containerPath) -> {
            JsonNode own = at(container, "securityContext", "appArmorProfile");
            match(
                    annotations.path(ANNOTATION + text(container, "name")),
                    own.isMissingNode() ? podProfile : own,
                    "apparmor",
                    containerPath.child("securityContext").child("appArmorProfile"),
                    errors);
        });
    }

    private static void match(JsonNode annotation, JsonNode profile, String what, FieldPath path, FieldErrors errors) {
        if (annotation.isMissingNode() || profile.isMissingNode()) {
            return;
        }
        String value = annotation.asText();
        boolean dockerDefault = what.equals("seccomp") && value.equals("docker/default");
        boolean same = switch (text(profile, "type")) {
            case "Unconfined" -> value.equals("unconfined");
            case "RuntimeDefault" -> value.equals("runtime/default") || dockerDefault;
            case "Localhost" -> value.startsWith(LOCALHOST);
            default -> true;
        };
        if (!same) {
            errors.forbidden(path.child("type"), what + " type in annotation and field must match");
        } else if (text(profile, "type").equals("Localhost")
                && !value.substring(LOCALHOST.length()).equals(text(profile, "localhostProfile"))) {
            errors.forbidden(path.child("localhostProfile"), what + " profile in annotation and field must match");
        }
    }
}
