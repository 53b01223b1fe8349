package io.kybern.crd.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.field.FieldPath;
import io.kybern.crd.name.Names;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * What the metadata of every object must obey, whatever its name and namespace: of objects themselves, and of those within
 * custom ones. Source of order and texts: {@code apimachinery/pkg/api/validation/objectmeta.go}.
 */
public final class CommonMetadata {
    private static final int ANNOTATIONS_LIMIT = 256 << 10;
    private static final String ORPHAN = "orphan";
    private static final String FOREGROUND = "foregroundDeletion";

    private CommonMetadata() {}

    /** Complaints about labels, annotations, owners and finalizers. */
    public static void validate(JsonNode metadata, FieldPath path, FieldErrors errors) {
        labels(metadata.path("labels"), path.child("labels"), errors);
        annotations(metadata.path("annotations"), path.child("annotations"), errors);
        ownerReferences(metadata.path("ownerReferences"), path.child("ownerReferences"), errors);
        finalizers(metadata.path("finalizers"), path.child("finalizers"), errors);
    }

    /** Complaints about labels, texts all of them. */
    public static void labels(JsonNode labels, FieldPath path, FieldErrors errors) {
        sorted(labels).forEach((key, value) -> {
            Names.qualifiedName(key).forEach(m -> errors.invalid(path, key, m));
            Names.labelValue(value.asText()).forEach(m -> errors.invalid(path, value, m));
        });
    }

    /** Complaints about annotations, texts all of them. */
    public static void annotations(JsonNode annotations, FieldPath path, FieldErrors errors) {
        int size = 0;
        for (Map.Entry<String, JsonNode> entry : sorted(annotations).entrySet()) {
            String key = entry.getKey();
            Names.qualifiedName(key.toLowerCase(Locale.ROOT)).forEach(m -> errors.invalid(path, key, m));
            size += Names.bytes(key) + Names.bytes(entry.getValue().asText());
        }
        if (size > ANNOTATIONS_LIMIT) {
            errors.tooLong(path, ANNOTATIONS_LIMIT);
        }
    }

    private static void ownerReferences(JsonNode references, FieldPath path, FieldErrors errors) {
        String controller = "";
        for (JsonNode reference : references) {
            ownerReference(reference, path, errors);
            if (reference.path("controller").asBoolean(false)) {
                String shown = reference.path("kind").asText("") + "/"
                        + reference.path("name").asText("");
                if (controller.isEmpty()) {
                    controller = shown;
                } else {
                    errors.invalid(
                            path,
                            references,
                            "Only one reference can have Controller set to true. Found \"true\" in references for "
                                    + controller + " and " + shown);
                }
            }
        }
    }

    private static void ownerReference(JsonNode reference, FieldPath path, FieldErrors errors) {
        String apiVersion = reference.path("apiVersion").asText("");
        String version = apiVersion.substring(apiVersion.lastIndexOf('/') + 1);
        if (version.isEmpty()) {
            errors.invalid(path.child("apiVersion"), apiVersion, "version must not be empty");
        }
        for (String field : new String[] {"kind", "name", "uid"}) {
            if (reference.path(field).asText("").isEmpty()) {
                errors.invalid(path.child(field), "", "must not be empty");
            }
        }
        if (apiVersion.equals("v1") && reference.path("kind").asText("").equals("Event")) {
            errors.invalid(path, reference, "/v1, Kind=Event is disallowed from being an owner");
        }
    }

    private static void finalizers(JsonNode finalizers, FieldPath path, FieldErrors errors) {
        List<String> names = new ArrayList<>();
        for (JsonNode finalizer : finalizers) {
            names.add(finalizer.asText());
            Names.qualifiedName(finalizer.asText()).forEach(m -> errors.invalid(path, finalizer, m));
        }
        if (names.contains(ORPHAN) && names.contains(FOREGROUND)) {
            errors.invalid(path, finalizers, "finalizer " + ORPHAN + " and " + FOREGROUND + " cannot be both set");
        }
    }

    private static Map<String, JsonNode> sorted(JsonNode map) {
        if (map.isEmpty()) {
            return Map.of();
        }
        Map<String, JsonNode> out = new TreeMap<>();
        if (map instanceof ObjectNode object) {
            object.properties().forEach(e -> out.put(e.getKey(), e.getValue()));
        }
        return out;
    }
}
