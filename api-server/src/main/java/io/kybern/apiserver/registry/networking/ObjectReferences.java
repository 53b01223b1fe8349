package io.kybern.apiserver.registry.networking;

import com.fasterxml.jackson.databind.JsonNode;
import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.field.FieldPath;
import io.kybern.crd.name.Names;
import io.kybern.crd.resource.Trees;

/** References by group, kind and name. */
final class ObjectReferences {
    private ObjectReferences() {}

    static void typed(JsonNode reference, FieldPath path, FieldErrors errors) {
        if (reference.has("apiGroup")) {
            String group = Trees.text(reference, "apiGroup");
            errors.invalidEach(path.child("apiGroup"), group, Names.dnsSubdomain(group));
        }
        segment(reference, "kind", path, errors);
        segment(reference, "name", path, errors);
    }

    /** A required text that can be a segment of a path. */
    static void segment(JsonNode reference, String field, FieldPath path, FieldErrors errors) {
        String value = Trees.text(reference, field);
        if (value.isEmpty()) {
            errors.required(path.child(field), "");
        } else {
            errors.invalidEach(path.child(field), value, Names.pathSegment(value));
        }
    }
}
