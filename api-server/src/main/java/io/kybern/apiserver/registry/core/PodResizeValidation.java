package io.kybern.apiserver.registry.core;

import static io.kybern.apiserver.registry.core.PodValidation.SPEC;
import static io.kybern.crd.resource.Trees.at;
import static io.kybern.crd.resource.Trees.has;
import static io.kybern.crd.resource.Trees.object;
import static io.kybern.crd.resource.Trees.objects;
import static io.kybern.crd.resource.Trees.same;
import static io.kybern.crd.resource.Trees.set;
import static io.kybern.crd.resource.Trees.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.registry.podspec.QosClass;
import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.field.FieldPath;
import java.util.List;

/** {@code pods/resize}: CPU and memory of containers and of the pod. Source: {@code ValidatePodResize}. */
final class PodResizeValidation {
    private static final List<String> MUTABLE = List.of("cpu", "memory");
    private static final String ONLY_MUTABLE = "only cpu and memory resources are mutable";

    private final ObjectNode updated;
    private final ObjectNode existing;
    private final FieldErrors errors;

    private PodResizeValidation(ObjectNode updated, ObjectNode existing, FieldErrors errors) {
        this.updated = updated;
        this.existing = existing;
        this.errors = errors;
    }

    static void validate(ObjectNode updated, ObjectNode existing, FieldErrors errors) {
        if (has(existing, "metadata", "annotations", EphemeralContainersValidation.MIRROR)) {
            errors.forbidden(FieldPath.of(""), "static pods cannot be resized");
            return;
        }
        if (text(existing, "spec", "os", "name").equals("windows")) {
            errors.forbidden(FieldPath.of(""), "windows pods cannot be resized");
            return;
        }
        PodValidation.validate(updated, errors);
        new PodResizeValidation(updated, existing, errors).validate();
    }

    private void validate() {
        String qos = text(existing, "status", "qosClass");
        if (!(qos.isEmpty() ? QosClass.of(existing.path("spec")) : qos).equals(QosClass.of(updated.path("spec")))) {
            errors.invalid(
                    SPEC, text(updated, "status", "qosClass"), "Pod QOS Class may not change as a result of resizing");
        }
        if (!nodeResizes()) {
            errors.forbidden(SPEC, "Pod running on node without support for resize");
        }
        ObjectNode munged = object(updated, "spec").deepCopy();
        podResources(munged);
        if (!at(existing, "status", "nodeAllocatableResourceClaimStatuses").isEmpty()) {
            errors.forbidden(SPEC, "pods with node allocatable resource claims cannot be resized");
        }
        boolean inOrder = inOrder("containers") & inOrder("initContainers");
        if (!inOrder) {
            return;
        }
        nothingRemoved("initContainers");
        nothingRemoved("containers");
        containers(munged);
        initContainers(munged);
        if (errors.isEmpty() && !same(munged, existing.path("spec"))) {
            errors.forbidden(SPEC, ONLY_MUTABLE);
        }
    }

    /** A running container whose resources the kubelet does not tell runs on a node from before resizing. */
    private boolean nodeResizes() {
        for (ObjectNode status : objects(at(existing, "status", "containerStatuses"))) {
            if (has(status, "state", "running")) {
                return status.has("resources");
            }
        }
        return true;
    }

    private void podResources(ObjectNode munged) {
        JsonNode before = at(existing, "spec", "resources");
        JsonNode after = at(updated, "spec", "resources");
        if (!anySet(before) && !anySet(after)) {
            return;
        }
        FieldPath path = SPEC.child("resources");
        if (!before.isMissingNode() && after.isMissingNode()) {
            errors.forbidden(path, "pod-level resources cannot be removed");
            return;
        }
        kept(after, before, "requests", path, "pod-level resource requests cannot be removed");
        kept(after, before, "limits", path, "pod-level resource limits cannot be removed");
        takeBackMutable(munged, before);
        if (!same(munged.path("resources"), before)) {
            errors.forbidden(SPEC, "only cpu and memory resources are mutable at pod-level");
        }
    }

    private static boolean anySet(JsonNode resources) {
        return !resources.path("requests").isEmpty()
                || !resources.path("limits").isEmpty();
    }

    private boolean inOrder(String list) {
        List<ObjectNode> after = objects(at(updated, "spec", list));
        List<ObjectNode> before = objects(at(existing, "spec", list));
        FieldPath path = SPEC.child(list);
        if (after.size() != before.size()) {
            errors.forbidden(path, list + " may not be added or removed on resize");
            return false;
        }
        boolean inOrder = true;
        for (int i = 0; i < before.size(); i++) {
            if (!text(after.get(i), "name").equals(text(before.get(i), "name"))) {
                errors.forbidden(path.index(i).child("name"), list + " may not be renamed or reordered on resize");
                inOrder = false;
            }
        }
        return inOrder;
    }

    private void nothingRemoved(String list) {
        List<ObjectNode> after = objects(at(updated, "spec", list));
        List<ObjectNode> before = objects(at(existing, "spec", list));
        for (int i = 0; i < before.size(); i++) {
            JsonNode now = after.get(i).path("resources");
            JsonNode then = before.get(i).path("resources");
            FieldPath path = SPEC.child(list).index(i).child("resources");
            kept(now, then, "requests", path, "resource requests cannot be removed");
            kept(now, then, "limits", path, "resource limits cannot be removed");
        }
    }

    private void kept(JsonNode after, JsonNode before, String field, FieldPath path, String complaint) {
        JsonNode now = after.path(field);
        if (before.path(field).propertyStream().anyMatch(e -> !now.has(e.getKey()))) {
            errors.forbidden(path.child(field), complaint);
        }
    }

    private void containers(ObjectNode munged) {
        List<ObjectNode> before = objects(at(existing, "spec", "containers"));
        int i = 0;
        for (ObjectNode container : objects(munged.path("containers"))) {
            ObjectNode old = before.get(i++);
            takeBackMutable(container, old.path("resources"));
            if (!same(container, old)) {
                errors.forbidden(SPEC, ONLY_MUTABLE);
            }
        }
    }

    private void initContainers(ObjectNode munged) {
        List<ObjectNode> before = objects(at(existing, "spec", "initContainers"));
        int i = 0;
        for (ObjectNode container : objects(munged.path("initContainers"))) {
            FieldPath path = SPEC.child("initContainers").index(i);
            ObjectNode old = before.get(i++);
            boolean changed = !same(container, old);
            takeBackMutable(container, old.path("resources"));
            if (!same(container, old)) {
                errors.forbidden(path, "only cpu and memory resources for init or sidecar containers are mutable");
            }
            if (changed && !isSidecar(container) && restarts(container)) {
                errors.forbidden(
                        path, "non-sidecar init containers with a resize policy of RestartContainer cannot be resized");
            }
        }
    }

    private static boolean isSidecar(ObjectNode container) {
        return text(container, "restartPolicy").equals("Always");
    }

    private static boolean restarts(ObjectNode container) {
        return objects(container.path("resizePolicy")).stream()
                .anyMatch(policy -> text(policy, "restartPolicy").equals("RestartContainer"));
    }

    /** Gives {@code holder.resources} the CPU and memory of {@code before}, so that what still differs was not allowed. */
    private static void takeBackMutable(ObjectNode holder, JsonNode before) {
        for (String list : List.of("requests", "limits")) {
            for (String name : MUTABLE) {
                JsonNode value = before.path(list).path(name);
                if (!value.isMissingNode()
                        || holder.path("resources").path(list).has(name)) {
                    set(object(object(holder, "resources"), list), name, value);
                }
            }
        }
    }
}
