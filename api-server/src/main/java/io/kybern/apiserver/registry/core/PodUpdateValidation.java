package io.kybern.apiserver.registry.core;

import static io.kybern.apiserver.registry.core.PodValidation.SPEC;
import static io.kybern.crd.resource.Trees.at;
import static io.kybern.crd.resource.Trees.keep;
import static io.kybern.crd.resource.Trees.number;
import static io.kybern.crd.resource.Trees.object;
import static io.kybern.crd.resource.Trees.objects;
import static io.kybern.crd.resource.Trees.same;
import static io.kybern.crd.resource.Trees.set;
import static io.kybern.crd.resource.Trees.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.registry.goform.InternalForm;
import io.kybern.apiserver.registry.goform.UnifiedDiff;
import io.kybern.apiserver.registry.podspec.PodAnnotations;
import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.field.FieldPath;
import java.util.List;

/** Updates of pods: almost nothing of a spec may change. */
final class PodUpdateValidation {
    private static final String UPDATABLE = "pod updates may not change fields other than"
            + " `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,"
            + "`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds`"
            + " (allow it to be set to 1 if it was previously negative)\n";

    private final ObjectNode updated;
    private final ObjectNode existing;
    private final JsonNode oldSpec;
    private final FieldErrors errors;

    private PodUpdateValidation(ObjectNode updated, ObjectNode existing, FieldErrors errors) {
        this.updated = updated;
        this.existing = existing;
        this.oldSpec = existing.path("spec");
        this.errors = errors;
    }

    static void validate(ObjectNode updated, ObjectNode existing, FieldErrors errors) {
        PodValidation.validate(updated, errors);
        annotations(updated, existing, errors);
        new PodUpdateValidation(updated, existing, errors).validate();
    }

    static void annotations(ObjectNode updated, ObjectNode existing, FieldErrors errors) {
        JsonNode annotations = at(updated, "metadata", "annotations");
        PodAnnotations.validateUpdate(
                annotations, at(existing, "metadata", "annotations"), PodValidation.ANNOTATIONS, errors);
        PodAnnotations.validate(annotations, updated.path("spec"), PodValidation.ANNOTATIONS, errors);
    }

    private void validate() {
        if (!containers("containers") || !containers("initContainers") || !deadline()) {
            return;
        }
        tolerations();
        schedulingGates();
        if (same(updated.path("spec"), oldSpec)) {
            return;
        }
        ObjectNode munged = (ObjectNode) updated.path("spec").deepCopy();
        takeBackAllowedChanges(munged);
        if (!same(munged, oldSpec)) {
            errors.forbidden(
                    SPEC,
                    UPDATABLE
                            + UnifiedDiff.of(
                                    InternalForm.of("core.PodSpec", oldSpec), InternalForm.of("core.PodSpec", munged)));
        }
    }

    private boolean containers(String list) {
        List<ObjectNode> containers = objects(at(updated, "spec", list));
        FieldPath path = SPEC.child(list);
        if (containers.size() != oldSpec.path(list).size()) {
            errors.forbidden(path, "pod updates may not add or remove containers");
            return false;
        }
        for (int i = 0; i < containers.size(); i++) {
            if (text(containers.get(i), "image").isEmpty()) {
                errors.required(path.index(i).child("image"), "");
            }
            PodValidation.imageHasNoSpaces(containers.get(i), path.index(i), errors);
        }
        return true;
    }

    private boolean deadline() {
        JsonNode seconds = at(updated, "spec", "activeDeadlineSeconds");
        JsonNode before = oldSpec.path("activeDeadlineSeconds");
        FieldPath path = SPEC.child("activeDeadlineSeconds");
        if (seconds.isMissingNode()) {
            if (!before.isMissingNode()) {
                errors.invalid(path, null, "must not update from a positive integer to nil value");
            }
            return true;
        }
        if (seconds.asLong() < 0 || seconds.asLong() > Integer.MAX_VALUE) {
            errors.invalid(path, seconds, "must be between 0 and 2147483647, inclusive");
            return false;
        }
        if (!before.isMissingNode() && before.asLong() < seconds.asLong()) {
            errors.invalid(path, seconds, "must be less than or equal to previous value");
            return false;
        }
        return true;
    }

    private void tolerations() {
        List<ObjectNode> tolerations = objects(at(updated, "spec", "tolerations"));
        for (ObjectNode before : objects(oldSpec.path("tolerations"))) {
            boolean found = tolerations.stream().anyMatch(t -> withoutSeconds(t).equals(withoutSeconds(before)));
            if (!found) {
                errors.forbidden(
                        SPEC.child("tolerations"),
                        "existing toleration can not be modified except its tolerationSeconds");
                return;
            }
        }
    }

    private static JsonNode withoutSeconds(ObjectNode toleration) {
        return toleration.deepCopy().without("tolerationSeconds");
    }

    private void schedulingGates() {
        List<String> before = objects(oldSpec.path("schedulingGates")).stream()
                .map(gate -> text(gate, "name"))
                .toList();
        int i = 0;
        for (ObjectNode gate : objects(at(updated, "spec", "schedulingGates"))) {
            String name = text(gate, "name");
            if (!before.contains(name)) {
                errors.forbidden(
                        SPEC.child("schedulingGates").index(i).child("name"),
                        "only deletion is allowed, but found new scheduling gate '" + name + "'");
            }
            i++;
        }
    }

    private void takeBackAllowedChanges(ObjectNode munged) {
        for (String list : List.of("containers", "initContainers")) {
            List<ObjectNode> old = objects(oldSpec.path(list));
            int i = 0;
            for (ObjectNode container : objects(munged.path(list))) {
                set(container, "image", old.get(i++).path("image"));
            }
        }
        for (String field : List.of("activeDeadlineSeconds", "schedulingGates", "tolerations")) {
            set(munged, field, oldSpec.path(field));
        }
        if (number(oldSpec, "terminationGracePeriodSeconds") < 0
                && number(munged, "terminationGracePeriodSeconds") == 1) {
            set(munged, "terminationGracePeriodSeconds", oldSpec.path("terminationGracePeriodSeconds"));
        }
        if (!oldSpec.path("schedulingGates").isEmpty()) {
            GatedPodValidation.takeBackNarrowing(munged, object(existing, "spec"), errors);
        } else {
            keep(munged, object(existing, "spec"), "schedulingGates");
        }
    }
}
