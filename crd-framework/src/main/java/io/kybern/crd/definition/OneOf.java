package io.kybern.crd.definition;

import com.fasterxml.jackson.databind.JsonNode;
import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.field.FieldPath;
import java.util.List;

/** A text that must be there, and one of a few. */
final class OneOf {
    private OneOf() {}

    static void check(JsonNode value, FieldPath path, List<String> accepted, FieldErrors errors) {
        if (value.asText("").isEmpty()) {
            errors.required(path, "");
        } else if (!accepted.contains(value.asText())) {
            errors.notSupported(path, value, accepted);
        }
    }
}
