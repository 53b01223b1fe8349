package io.kybern.crd.merge;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.crd.merge.ManagedFields.Manager;
import io.kybern.crd.schema.Schema;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The way from kubectl's client-side apply to server-side apply. What its annotation says was applied last, and still is
 * so, belongs to kubectl though an updater's entry says otherwise: applying it from kubectl is no conflict. As long as
 * the annotation is there, it is kept up to date.
 */
final class LastApplied {
    static final String ANNOTATION = "kubectl.kubernetes.io/last-applied-configuration";

    /** All annotations together, {@code TotalAnnotationSizeLimitB} of k8s.io/apimachinery. */
    private static final int MAX_ANNOTATIONS_BYTES = 256 * 1024;

    private static final ObjectMapper JSON = new ObjectMapper();

    private LastApplied() {}

    /** Whether the annotation counts for this manager. */
    static boolean applyFrom(String manager) {
        return manager.equals("kubectl");
    }

    static Owners.Applied apply(
            Owners owners,
            ObjectNode live,
            ObjectNode applied,
            ManagedFields managed,
            Manager self,
            boolean force,
            Schema schema) {
        try {
            return owners.apply(live, applied, managed, self, force);
        } catch (ApplyException.Conflict conflict) {
            FieldSet allowed = ownedByAnnotation(live, owners, schema).orElseThrow(() -> conflict);
            Map<Manager, FieldSet> left = new LinkedHashMap<>();
            conflict.fields().forEach((manager, fields) -> {
                FieldSet others = fields.difference(allowed);
                if (!others.isEmpty()) {
                    left.put(manager, others);
                }
            });
            if (!left.isEmpty()) {
                throw Conflicts.exception(left);
            }
            return owners.apply(live, applied, managed, self, true);
        }
    }

    private static Optional<FieldSet> ownedByAnnotation(ObjectNode live, Owners owners, Schema schema) {
        String text = annotation(live);
        if (text.isEmpty() || !(parse(text) instanceof ObjectNode last)) {
            return Optional.empty();
        }
        if (!last.path("apiVersion").asText().equals(owners.apiVersion())
                || !TypedValidation.errors(last, schema).isEmpty()) {
            return Optional.empty();
        }
        Comparison changed = Comparison.of(last, live, schema, false);
        return Optional.of(FieldSets.of(last, schema)
                .difference(changed.modified())
                .difference(changed.added())
                .difference(changed.removed()));
    }

    private static JsonNode parse(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            return JSON.missingNode();
        }
    }

    private static String annotation(ObjectNode object) {
        return object.path("metadata").path("annotations").path(ANNOTATION).asText("");
    }

    /** Writes what was applied now into the annotation, if there is one and it fits. */
    static void refresh(ObjectNode object, ObjectNode applied) {
        if (annotation(object).isEmpty()
                || !(object.path("metadata").path("annotations") instanceof ObjectNode annotations)) {
            return;
        }
        ObjectNode copy = applied.deepCopy();
        if (copy.path("metadata").path("annotations") instanceof ObjectNode inner) {
            inner.remove(ANNOTATION);
        }
        annotations.put(ANNOTATION, copy + "\n");
        long size = 0;
        for (Map.Entry<String, JsonNode> e : annotations.properties()) {
            size += e.getKey().length() + e.getValue().asText().length();
        }
        if (size > MAX_ANNOTATIONS_BYTES) {
            annotations.remove(ANNOTATION);
        }
    }
}
