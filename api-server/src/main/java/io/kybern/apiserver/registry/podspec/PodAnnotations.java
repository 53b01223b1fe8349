package io.kybern.apiserver.registry.podspec;

import static io.kybern.crd.resource.Trees.text;

import com.fasterxml.jackson.databind.JsonNode;
import io.kybern.crd.field.FieldChecks;
import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.field.FieldPath;
import io.kybern.crd.name.Names;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Annotations that mean something to pods. */
public final class PodAnnotations {
    /** Marks the API's image of a pod that a kubelet read from a file. */
    public static final String MIRROR = "kubernetes.io/config.mirror";

    static final String SECCOMP_POD = "seccomp.security.alpha.kubernetes.io/pod";
    static final String SECCOMP_CONTAINER = "container.seccomp.security.alpha.kubernetes.io/";
    private static final String DELETION_COST = "controller.kubernetes.io/pod-deletion-cost";
    private static final int LARGEST = 256 * 1024;

    private PodAnnotations() {}

    /** Complains about keys that are no qualified names, and about more than 256 KiB in all. */
    public static void keys(JsonNode annotations, FieldPath path, FieldErrors errors) {
        int[] size = new int[1];
        annotations.propertyStream().forEach(e -> {
            errors.invalidEach(path, e.getKey(), Names.qualifiedName(e.getKey().toLowerCase(Locale.ROOT)));
            size[0] += e.getKey().length() + e.getValue().asText().length();
        });
        if (size[0] > LARGEST) {
            errors.tooLong(path, LARGEST);
        }
    }

    /** Complains about values of the annotations that pods know. */
    public static void validate(JsonNode annotations, JsonNode spec, FieldPath path, FieldErrors errors) {
        if (annotations.has(MIRROR) && text(spec, "nodeName").isEmpty()) {
            errors.invalid(
                    path.key(MIRROR),
                    text(annotations, MIRROR),
                    "must set spec.nodeName if mirror pod annotation is set");
        }
        if (annotations.has(DELETION_COST) && !isInt32(text(annotations, DELETION_COST))) {
            errors.invalid(path.key(DELETION_COST), text(annotations, DELETION_COST), "must be a 32bit integer");
        }
        for (Map.Entry<String, JsonNode> e : annotations.properties()) {
            if (e.getKey().equals(SECCOMP_POD) || e.getKey().startsWith(SECCOMP_CONTAINER)) {
                seccomp(e.getValue().asText(), path.child(e.getKey()), errors);
            }
        }
        List<String> containers = new ArrayList<>();
        ContainerVisitor.visit(spec, path, (container, at) -> containers.add(text(container, "name")));
        for (Map.Entry<String, JsonNode> e : annotations.properties()) {
            if (!e.getKey().startsWith(AppArmor.ANNOTATION)) {
                continue;
            }
            String container = e.getKey().substring(AppArmor.ANNOTATION.length());
            String profile = e.getValue().asText();
            if (!containers.contains(container)) {
                errors.invalid(path.key(e.getKey()), container, "container not found");
            }
            if (!AppArmor.isProfile(profile)) {
                errors.invalid(
                        path.key(e.getKey()), profile, "invalid AppArmor profile name: " + FieldErrors.quote(profile));
            }
        }
    }

    private static void seccomp(String profile, FieldPath path, FieldErrors errors) {
        switch (profile) {
            case "runtime/default", "docker/default", "unconfined" -> {}
            default -> {
                if (profile.startsWith("localhost/")) {
                    FieldChecks.descendingPath(profile.substring("localhost/".length()), path, errors);
                } else {
                    errors.invalid(path, profile, "must be a valid seccomp profile");
                }
            }
        }
    }

    /** Complains about changes that only the creator of a pod may make. */
    public static void validateUpdate(JsonNode updated, JsonNode existing, FieldPath path, FieldErrors errors) {
        for (Map.Entry<String, JsonNode> e : existing.properties()) {
            if (e.getValue().equals(updated.path(e.getKey()))) {
                continue;
            }
            if (e.getKey().startsWith(AppArmor.ANNOTATION)) {
                errors.forbidden(path.key(e.getKey()), "may not remove or update AppArmor annotations");
            }
            if (e.getKey().equals(MIRROR)) {
                errors.forbidden(path.key(e.getKey()), "may not remove or update mirror pod annotation");
            }
        }
        for (Map.Entry<String, JsonNode> e : updated.properties()) {
            if (existing.has(e.getKey())) {
                continue;
            }
            if (e.getKey().startsWith(AppArmor.ANNOTATION)) {
                errors.forbidden(path.key(e.getKey()), "may not add AppArmor annotations");
            }
            if (e.getKey().equals(MIRROR)) {
                errors.forbidden(path.key(e.getKey()), "may not add mirror pod annotation");
            }
        }
    }

    private static boolean isInt32(String text) {
        try {
            return Integer.toString(Integer.parseInt(text)).equals(text);
        } catch (NumberFormatException e) {
            return false;
        }
    }
}
