package io.kybern.apiserver.registry.core;

import static io.kybern.crd.resource.Trees.objects;
import static io.kybern.crd.resource.Trees.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.registry.podspec.AppArmor;
import io.kybern.apiserver.registry.podspec.PodAnnotations;
import io.kybern.apiserver.registry.podspec.PodSpecValidation;
import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.field.FieldPath;
import java.util.List;

/** New pods, and what holds for all pods. */
final class PodValidation {
    static final FieldPath SPEC = FieldPath.of("spec");
    static final FieldPath ANNOTATIONS = FieldPath.of("metadata", "annotations");

    private PodValidation() {}

    static void validateCreate(ObjectNode pod, FieldErrors errors) {
        validate(pod, errors);
        JsonNode spec = pod.path("spec");
        if (!spec.path("ephemeralContainers").isEmpty()) {
            errors.forbidden(SPEC.child("ephemeralContainers"), "cannot be set on create");
        }
        if (!text(spec, "nodeName").isEmpty() && !spec.path("schedulingGates").isEmpty()) {
            errors.forbidden(SPEC.child("nodeName"), "cannot be set until all schedulingGates have been cleared");
        }
        AppArmor.match(pod.path("metadata").path("annotations"), spec, SPEC, errors);
    }

    static void validate(ObjectNode pod, FieldErrors errors) {
        JsonNode spec = pod.path("spec");
        PodAnnotations.validate(pod.path("metadata").path("annotations"), spec, ANNOTATIONS, errors);
        new PodSpecValidation(spec, pod.path("metadata"), errors).validate(SPEC);
        if (text(spec, "serviceAccountName").isEmpty()) {
            tokensNeedAccount(spec, errors);
        }
        for (String list : List.of("containers", "initContainers")) {
            int i = 0;
            for (ObjectNode container : objects(spec.path(list))) {
                imageHasNoSpaces(container, SPEC.child(list).index(i++), errors);
            }
        }
    }

    static void imageHasNoSpaces(ObjectNode container, FieldPath path, FieldErrors errors) {
        String image = text(container, "image");
        if (!image.strip().equals(image)) {
            errors.invalid(path.child("image"), image, "must not have leading or trailing whitespace");
        }
    }

    private static void tokensNeedAccount(JsonNode spec, FieldErrors errors) {
        int i = 0;
        for (ObjectNode volume : objects(spec.path("volumes"))) {
            FieldPath path = SPEC.child("volumes").index(i++).child("projected").child("sources");
            int j = 0;
            for (ObjectNode source : objects(volume.path("projected").path("sources"))) {
                if (source.has("serviceAccountToken")) {
                    errors.forbidden(
                            path.index(j).child("serviceAccountToken"),
                            "must not be specified when serviceAccountName is not set");
                }
                j++;
            }
        }
    }
}
