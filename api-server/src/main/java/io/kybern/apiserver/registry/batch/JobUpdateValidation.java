package io.kybern.apiserver.registry.batch;

import static io.kybern.crd.resource.Trees.at;
import static io.kybern.crd.resource.Trees.flag;
import static io.kybern.crd.resource.Trees.has;
import static io.kybern.crd.resource.Trees.number;
import static io.kybern.crd.resource.Trees.object;
import static io.kybern.crd.resource.Trees.objects;
import static io.kybern.crd.resource.Trees.same;
import static io.kybern.crd.resource.Trees.set;
import static io.kybern.crd.resource.Trees.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.apiserver.registry.goform.InternalForm;
import io.kybern.crd.field.FieldChecks;
import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.field.FieldPath;
import java.util.List;

/** What of a job may change: little, and somewhat more while it is suspended. Source: {@code ValidateJobSpecUpdate}. */
final class JobUpdateValidation {
    private static final FieldPath SPEC = FieldPath.of("spec");

    private JobUpdateValidation() {}

    static void validate(ObjectNode updated, ObjectNode existing, FieldErrors errors) {
        JsonNode labels = at(existing, "spec", "template", "metadata", "labels");
        JobValidation.validate(updated, labels.has(JobValidation.NAME) && labels.has(JobValidation.UID), errors);
        JsonNode spec = updated.path("spec");
        JobValidation.specWithSelector(spec, errors);
        JsonNode old = existing.path("spec");
        completions(spec, old, errors);
        FieldChecks.immutable(spec.path("selector"), old.path("selector"), SPEC.child("selector"), errors);
        template(spec.path("template"), existing, errors);
        for (String field :
                List.of("completionMode", "podFailurePolicy", "backoffLimitPerIndex", "managedBy", "successPolicy")) {
            if (!same(spec.path(field), old.path(field))) {
                FieldPath path = SPEC.child(field);
                switch (field) {
                    case "podFailurePolicy" -> immutable("batch.PodFailurePolicy", spec.path(field), path, errors);
                    case "successPolicy" -> immutable("batch.SuccessPolicy", spec.path(field), path, errors);
                    default -> FieldChecks.immutable(spec.path(field), old.path(field), path, errors);
                }
            }
        }
    }

    private static void immutable(String type, JsonNode value, FieldPath path, FieldErrors errors) {
        errors.invalid(path, value.isMissingNode() ? value : InternalForm.of(type, value), "field is immutable");
    }

    private static void completions(JsonNode spec, JsonNode old, FieldErrors errors) {
        JsonNode completions = spec.path("completions");
        FieldPath path = SPEC.child("completions");
        if (!text(spec, "completionMode").equals("Indexed")) {
            FieldChecks.immutable(completions, old.path("completions"), path, errors);
        } else if (!same(completions, old.path("completions"))
                && !completions.isMissingNode()
                && completions.asLong() != number(spec, "parallelism")) {
            errors.invalid(path, completions, "can only be modified in tandem with spec.parallelism");
        }
    }

    private static void template(JsonNode template, ObjectNode existing, FieldErrors errors) {
        ObjectNode old = object(object(existing, "spec"), "template").deepCopy();
        boolean suspended = flag(existing, "spec", "suspend");
        boolean idle = suspended
                && (!has(existing, "status", "startTime") || JobStatusValidation.is(existing, "Suspended"))
                && number(existing, "status", "active") == 0;
        if (idle) {
            allowSchedulingChanges(template, old);
            allowResourceChanges(template.path("spec"), object(old, "spec"));
        }
        if (same(template, old)) {
            return;
        }
        if (idle) {
            errors.invalid(
                    SPEC.child("template.spec"),
                    InternalForm.of("core.PodSpec", template.path("spec")),
                    "field is immutable");
        } else {
            errors.invalid(
                    SPEC.child("template"), InternalForm.of("core.PodTemplateSpec", template), "field is immutable");
        }
    }

    private static void allowSchedulingChanges(JsonNode template, ObjectNode old) {
        ObjectNode spec = object(old, "spec");
        for (String field : List.of("nodeSelector", "tolerations", "schedulingGates")) {
            set(spec, field, at(template, "spec", field));
        }
        JsonNode nodeAffinity = at(template, "spec", "affinity", "nodeAffinity");
        if (spec.has("affinity") || !nodeAffinity.isMissingNode()) {
            set(object(spec, "affinity"), "nodeAffinity", nodeAffinity);
        }
        ObjectNode metadata = object(old, "metadata");
        set(metadata, "annotations", at(template, "metadata", "annotations"));
        set(metadata, "labels", at(template, "metadata", "labels"));
    }

    private static void allowResourceChanges(JsonNode spec, ObjectNode old) {
        for (String list : List.of("containers", "initContainers")) {
            List<ObjectNode> before = objects(old.path(list));
            List<ObjectNode> now = objects(spec.path(list));
            for (int i = 0; before.size() == now.size() && i < now.size(); i++) {
                if (text(before.get(i), "name").equals(text(now.get(i), "name"))) {
                    set(before.get(i), "resources", now.get(i).path("resources"));
                }
            }
        }
    }
}
