package io.kybern.crd.resource;

import com.fasterxml.jackson.databind.JsonNode;
import io.kybern.crd.field.FieldErrors;
import io.kybern.crd.field.FieldPath;
import java.util.List;

/** Complaints that many kinds have in common. */
public final class FieldRules {
    private FieldRules() {}

    /** The value may not change. */
    public static void immutable(FieldPath path, JsonNode updated, JsonNode existing, FieldErrors errors) {
        if (!Trees.same(updated, existing)) {
            errors.invalid(path, updated, "field is immutable");
        }
    }

    /** A text that must be there and be one of the values; they are listed in the order given. */
    public static void required(FieldPath path, JsonNode value, List<String> values, FieldErrors errors) {
        if (value.asText("").isEmpty()) {
            errors.required(path, "");
        } else {
            supported(path, value, values, errors);
        }
    }

    /** A text that must be one of the values if it is there. */
    public static void supported(FieldPath path, JsonNode value, List<String> values, FieldErrors errors) {
        if (value.isTextual() && !values.contains(value.asText())) {
            errors.notSupported(path, value, values);
        }
    }
}
