package io.kybern.apiserver.registry.core;

import static io.kybern.apiserver.registry.core.PodValidation.SPEC;
import static io.kybern.crd.resource.Trees.at;
import static io.kybern.crd.resource.Trees.keep;
import static io.kybern.crd.resource.Trees.object;
import static io.kybern.crd.resource.Trees.objects;
import static io.kybern.crd.resource.Trees.same;
import static io.kybern.crd.resource.Trees.set;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.field.FieldPath;
import java.util.List;

/** A pod behind a scheduling gate may say more narrowly where it goes. Source: KEP-3838. */
final class GatedPodValidation {
    private static final String REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution";

    private GatedPodValidation() {}

    /** Complains about what is not a narrowing, then makes {@code munged} what it was before. */
    static void takeBackNarrowing(ObjectNode munged, ObjectNode old, FieldErrors errors) {
        if (!same(munged.path("nodeSelector"), old.path("nodeSelector"))) {
            nodeSelector(munged.path("nodeSelector"), old.path("nodeSelector"), errors);
            keep(munged, old, "nodeSelector");
        }
        JsonNode affinity = at(munged, "affinity", "nodeAffinity");
        JsonNode before = at(old, "affinity", "nodeAffinity");
        if (same(affinity, before)) {
            return;
        }
        nodeAffinity(affinity, before, errors);
        ObjectNode holder = object(munged, "affinity");
        set(holder, "nodeAffinity", before);
        if (holder.isEmpty() && !old.has("affinity")) {
            munged.remove("affinity");
        }
    }

    private static void nodeSelector(JsonNode updated, JsonNode old, FieldErrors errors) {
        boolean kept = old.propertyStream().allMatch(e -> e.getValue().equals(updated.path(e.getKey())));
        if (!kept) {
            errors.invalid(
                    SPEC.child("nodeSelector"),
                    updated,
                    "only additions to spec.nodeSelector are allowed (no mutations or deletions)");
        }
    }

    private static void nodeAffinity(JsonNode updated, JsonNode old, FieldErrors errors) {
        FieldPath path = SPEC.child("affinity").child("nodeAffinity");
        List<ObjectNode> oldTerms = objects(at(old, REQUIRED, "nodeSelectorTerms"));
        List<ObjectNode> terms = objects(at(updated, REQUIRED, "nodeSelectorTerms"));
        if (oldTerms.isEmpty()) {
            return;
        }
        FieldPath at = path.child(REQUIRED).child("nodeSelectorTerms");
        if (terms.size() != oldTerms.size()) {
            errors.invalid(
                    at,
                    at(updated, REQUIRED, "nodeSelectorTerms"),
                    "no additions/deletions to non-empty NodeSelectorTerms list are allowed");
            return;
        }
        for (int i = 0; i < terms.size(); i++) {
            if (!onlyAdditions(terms.get(i), oldTerms.get(i))) {
                errors.invalid(at.index(i), terms.get(i), "only additions are allowed (no mutations or deletions)");
            }
        }
    }

    private static boolean onlyAdditions(JsonNode updated, JsonNode old) {
        for (String list : List.of("matchExpressions", "matchFields")) {
            List<ObjectNode> before = objects(old.path(list));
            List<ObjectNode> now = objects(updated.path(list));
            if (now.size() < before.size()) {
                return false;
            }
            for (int i = 0; i < before.size(); i++) {
                if (!same(before.get(i), now.get(i))) {
                    return false;
                }
            }
        }
        boolean wasEmpty = old.path("matchExpressions").isEmpty()
                && old.path("matchFields").isEmpty();
        return !wasEmpty || same(updated, old);
    }
}
